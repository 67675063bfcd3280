package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foyer/firmware"
	"foyer/firmware/dirswap"
	"foyer/firmware/install"
	"foyer/firmware/spool"
)

// Where an appliance keeps what updates need; the units name the same places.
const (
	slotsFolder  = "/var/lib/foyer-firmware"
	spoolFolder  = "/var/lib/foyer/firmware"
	firmwareRoot = "/etc/foyer/firmware-root.json"
	pulseFolder  = "/run/foyer"
)

// updating returns where this box's installer is, or nil for a machine that is
// no appliance.
func updating() *spool.Options {
	if _, err := os.Stat(slotsFolder); err != nil {
		return nil
	}
	return &spool.Options{Slots: slotsFolder, Root: firmwareRoot, Model: firmware.Model()}
}

// pulser says how the box is to whoever watches a trial, in the folder that systemd
// made for the daemon. Without one nobody watches, and there is no pulse.
func pulser(folder string, log *slog.Logger) func(bool, string) {
	if folder == "" {
		return nil
	}
	var beat uint64
	var bad bool
	return func(healthy bool, why string) {
		beat++
		err := install.WritePulse(folder, install.Pulse{Version: version, Process: os.Getpid(), Beat: beat, Healthy: healthy, Detail: why})
		if err != nil && !bad { // once, and not at every beat
			told(err, log)
		}
		bad = err != nil
	}
}

// An updater is the installer with the flags that say where.
type updater struct{ slots, spool, root string }

func (u *updater) installer() (*install.Installer, error) {
	slots, err := dirswap.Open(u.slots)
	if err != nil {
		return nil, err
	}
	return &install.Installer{Dir: u.slots, Spool: u.spool, Root: u.root, Model: firmware.Model(), Backend: slots, Now: time.Now}, nil
}

func updateCommand() *cobra.Command {
	u := &updater{}
	cmd := &cobra.Command{
		Use:   "update",
		Short: "Say how updates stand, and what puts them into force",
		Long: `A box is updated by headquarters: it says which version is wanted, the daemon
downloads it once it is signed by the right keys, and when the store is closed
foyer-install.service verifies it again and lets it run on trial. If the box is
healthy for ten minutes it is kept; else the version before runs again, and
headquarters reads why. Two versions lie side by side in ` + slotsFolder + `.

The commands below are run by systemd's units, but for two: status is for
people, and from-package tries the version that a newer package brought.`,
		Example: "  foyer update status\n  sudo /usr/lib/foyer/foyer update from-package && sudo systemctl restart foyer",
	}
	f := cmd.PersistentFlags()
	f.StringVar(&u.slots, "slots", slotsFolder, "`FOLDER` of the versions")
	f.StringVar(&u.spool, "spool", spoolFolder, "`FOLDER` of what was downloaded")
	f.StringVar(&u.root, "root", firmwareRoot, "`FILE` of the root of trust")
	cmd.AddCommand(u.status(), u.install(), u.start(), u.watch(), u.seed(), u.fromPackage())
	return cmd
}

func (u *updater) status() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "status", Short: "Say which version runs, which is tried, and why one was not kept", Args: cobra.NoArgs,
		Long:    "Say what the installer did last. How a download goes is in `foyer status`.",
		Example: "  foyer update status\n  foyer update status --json | jq .reason",
		RunE: func(cmd *cobra.Command, _ []string) error {
			rec, err := firmware.ReadRecord(u.slots)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(rec)
			}
			printRecord(cmd.OutOrStdout(), rec)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printRecord(w io.Writer, rec firmware.Record) {
	if rec.Running == "" {
		fmt.Fprintln(w, "This machine is no appliance: foyer was not installed from its package.")
		return
	}
	fmt.Fprintf(w, "runs    %s (slot %s)\n", rec.Versions[rec.Running], rec.Running)
	if other := rec.Versions[rec.Running.Other()]; other != "" {
		fmt.Fprintf(w, "beside  %s (slot %s)\n", other, rec.Running.Other())
	}
	fmt.Fprintf(w, "last    %s: %s, %s\n", rec.Version, rec.State, rec.At.Format(time.DateTime))
	if rec.Reason != "" {
		fmt.Fprintf(w, "why     %s: %s\n", rec.Reason, rec.Detail)
	}
}

func (u *updater) install() *cobra.Command {
	return &cobra.Command{
		Use: "install", Short: "Verify what was downloaded, and begin its trial (foyer-install.service)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			i, err := u.installer()
			if err != nil {
				return err
			}
			if err = i.Install(); errors.Is(err, install.ErrNoSlot) {
				err = errors.Join(err, seedOwn(i))
			}
			return err
		},
	}
}

// seedOwn puts this program where no slot can be run.
func seedOwn(i *install.Installer) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	_, err = i.Seed(self, version)
	return err
}

func (u *updater) start() *cobra.Command {
	return &cobra.Command{
		Use: "start", Short: "Make the right version be the one that starts (foyer.service)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			i, err := u.installer()
			if err != nil {
				return err
			}
			rec, err := i.Start()
			if err != nil { // no slot can be run: the package's own can
				if lost := seedOwn(i); lost != nil {
					return errors.Join(err, lost)
				}
				return nil
			}
			if rec.State == firmware.Trial {
				fmt.Fprintf(cmd.ErrOrStderr(), "foyer: %s is on trial, start %d\n", rec.Version, rec.Tries)
			}
			return nil
		},
	}
}

func (u *updater) watch() *cobra.Command {
	t := install.Trial{Silence: 90 * time.Second, Every: time.Second}
	var back string
	cmd := &cobra.Command{
		Use: "watch", Short: "Keep the version on trial, or go back (foyer-confirm.service)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			i, err := u.installer()
			if err != nil {
				return err
			}
			rec, err := i.Watch(cmd.Context(), t)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.ErrOrStderr(), strings.TrimSpace(fmt.Sprintf("foyer: %s is %s %s %s", rec.Version, rec.State, rec.Reason, rec.Detail)))
			if rec.State == firmware.RolledBack && rec.Reason == firmware.Unhealthy && back != "" {
				return os.WriteFile(back, nil, 0o600) // the unit restarts the daemon
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&t.Pulse, "pulse", filepath.Join(pulseFolder, install.PulseFile), "`FILE` in which the daemon says how it is")
	f.DurationVar(&t.Healthy, "healthy", firmware.TrialHealthy, "how long it must be well without a break")
	f.DurationVar(&t.Deadline, "deadline", 30*time.Minute, "within which time")
	f.StringVar(&back, "back-file", "", "`FILE` to make when the daemon must be restarted")
	return cmd
}

func (u *updater) seed() *cobra.Command {
	return &cobra.Command{
		Use: "seed", Short: "Put this program into a box that has no version yet (the package)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			i, err := u.installer()
			if err != nil {
				return err
			}
			self, err := os.Executable()
			if err != nil {
				return err
			}
			done, err := i.Seed(self, version)
			if err != nil || done {
				return err
			}
			rec, err := firmware.ReadRecord(u.slots)
			if runs := rec.Versions[rec.Running]; err == nil && runs != version {
				fmt.Fprintf(cmd.OutOrStdout(), "foyer %s runs on. To try %s of this package, with a way back:\n  %s update from-package && systemctl restart foyer.service\n", runs, version, self)
			}
			return err
		},
	}
}

func (u *updater) fromPackage() *cobra.Command {
	return &cobra.Command{
		Use: "from-package", Short: "Try this program instead of the version that runs, with a way back", Args: cobra.NoArgs,
		Long: `Put the program that is called, which is to be the package's own in /usr/lib/foyer,
into the slot that does not run, and let it run on trial from the next start of
foyer.service.`,
		Example: "  sudo /usr/lib/foyer/foyer update from-package && sudo systemctl restart foyer.service",
		RunE: func(cmd *cobra.Command, _ []string) error {
			i, err := u.installer()
			if err != nil {
				return err
			}
			self, err := os.Executable()
			if err != nil {
				return err
			}
			return i.FromPackage(self, version)
		},
	}
}
