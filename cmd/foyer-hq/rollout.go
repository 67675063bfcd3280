package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"text/tabwriter"

	"foyer/firmware"
	"foyer/sync/office"
	"foyer/sync/wire"

	"github.com/spf13/cobra"
)

// rolloutCommand points stores at a release, a part of them at a time.
func rolloutCommand(dir *string) *cobra.Command {
	var url string
	var percent, holdAt int
	var stores []string
	c := &cobra.Command{
		Use:   "rollout VERSION",
		Short: "Point stores at a release, a part of them at a time",
		Long: `Point stores at a release; each downloads it and tries it when it is closed. With
--percent a wave of them: always the same stores first for one version, so that
10, then 50, then 100 are three waves. A wave is not sent while as many stores as
--hold-at say that they could not keep that version.`,
		Example: "  foyer-hq firmware rollout 1.4.2 --url https://updates.example.com/foyer --percent 10\n  foyer-hq firmware rollout 1.4.2 --url https://updates.example.com/foyer --store 014",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			payload, err := json.Marshal(wire.Firmware{Version: args[0], URL: url})
			if err != nil {
				return err
			}
			if err := firmware.Check(firmware.Pointer{Version: args[0], Repository: url}); err != nil {
				return err
			}
			var all []office.StoreStatus
			if err := call(cmd.Context(), *dir, "status", struct{}{}, &all); err != nil {
				return err
			}
			if err := wave(all, stores, percent, holdAt); err != nil {
				return fmt.Errorf("rollout: %w", err)
			}
			if bad := failures(all, args[0]); len(bad) >= holdAt {
				return fmt.Errorf("rollout held: %d stores could not keep %s (%v); see foyer-hq firmware status, and --hold-at", len(bad), args[0], bad)
			}
			n := 0
			for _, s := range all {
				if !slices.Contains(stores, s.Store) && (len(stores) > 0 || !inWave(args[0], s.Store, percent)) {
					continue
				}
				var out pushAnswer
				if err := call(cmd.Context(), *dir, "push", pushRequest{s.Store, wire.DownFirmware, [][]byte{payload}}, &out); err != nil {
					return fmt.Errorf("rollout to store %s: %w", s.Store, err)
				}
				n++
			}
			cmd.Printf("%d of %d stores are pointed at %s; see: foyer-hq firmware status\n", n, len(all), args[0])
			return nil
		},
	}
	c.Flags().StringVar(&url, "url", "", "https address of the repository")
	c.Flags().IntVar(&percent, "percent", 100, "how many in a hundred stores")
	c.Flags().StringSliceVar(&stores, "store", nil, "only these `STORES`")
	c.Flags().IntVar(&holdAt, "hold-at", 1, "send nothing if so many stores failed")
	required(c, "url")
	return c
}

// wave says what is wrong with what was asked for.
func wave(all []office.StoreStatus, stores []string, percent, holdAt int) error {
	switch {
	case percent < 1 || percent > 100:
		return fmt.Errorf("--percent %d: want 1 to 100", percent)
	case holdAt < 1:
		return fmt.Errorf("--hold-at %d: want 1 or more", holdAt)
	}
	for _, name := range stores {
		if !slices.ContainsFunc(all, func(s office.StoreStatus) bool { return s.Store == name }) {
			return fmt.Errorf("--store %s: there is none of that name; see foyer-hq status", name)
		}
	}
	return nil
}

// inWave reports whether a store is among the first of a version's stores.
// Another version begins with others.
func inWave(version, store string, percent int) bool {
	sum := sha256.Sum256([]byte(version + "\n" + store))
	return int(binary.BigEndian.Uint32(sum[:])%100) < percent
}

// failures are the stores that could not keep a version.
func failures(all []office.StoreStatus, version string) (stores []string) {
	for _, s := range all {
		if f := s.Firmware; f.Wanted == version && (f.State == string(firmware.RolledBack) || f.State == string(firmware.Failed)) {
			stores = append(stores, s.Store+": "+f.Reason)
		}
	}
	return stores
}

// rolloutStatus prints what the stores say of their updates.
func rolloutStatus(dir *string) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Say which version each store runs, and how its update goes", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var all []office.StoreStatus
			if err := call(cmd.Context(), *dir, "status", struct{}{}, &all); err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "STORE\tRUNS\tWANTED\tSTATE\tGOT\tWHY")
			for _, s := range all {
				f, got := s.Firmware, ""
				if f.Size > 0 {
					got = fmt.Sprintf("%d %%", f.Got*100/f.Size)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s %s\n", s.Store, s.Version, f.Wanted, f.State, got, f.Reason, f.Detail)
			}
			return w.Flush()
		},
	}
}
