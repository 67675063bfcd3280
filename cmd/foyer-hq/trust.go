package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"foyer/sync/office"

	"github.com/spf13/cobra"
)

func caList(dir *string) *cobra.Command {
	var store string
	c := &cobra.Command{
		Use:     "list --store STORE",
		Short:   "List the certificates that a store was given and that have not expired",
		Example: "  foyer-hq ca list --store 014",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			all, err := office.IssuedTo(*dir, store)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "SERIAL\tUSE\tFROM\tUNTIL\tREVOKED")
			for _, i := range all {
				revoked := ""
				if !i.Revoked.IsZero() {
					revoked = i.Revoked.Format(time.DateOnly)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", i.Serial, i.Use, i.From.Format(time.DateOnly), i.Until.Format(time.DateOnly), revoked)
			}
			return w.Flush()
		},
	}
	c.Flags().StringVar(&store, "store", "", "the store")
	required(c, "store")
	return c
}

func caRotate(dir *string) *cobra.Command {
	var leave bool
	c := &cobra.Command{
		Use:   "rotate",
		Short: "Replace the key that headquarters signs with, step by step",
		Long: `Replace the key that headquarters signs with. Say it again for each step; a step
that has to wait for stores says for which:

  1. every store is brought the old and the new key, signed with the old
  2. headquarters signs with the new one, and gives every document again
  3. every store is brought the new key alone; the old one is believed no more

Once a year, and at once if sign.key may have been copied. With --leave-behind a
step does not wait: a store that has not heard of the new key believes nothing
from headquarters any more and has to be enrolled anew (enroll-code --replace).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var r office.Rotation
			if err := call(cmd.Context(), *dir, "rotate", rotateRequest{leave}, &r); err != nil {
				return err
			}
			switch {
			case r.Done:
				cmd.Println("done: every store is brought the new key alone, and the old one is no key any more")
			case len(r.Missing) > 0:
				cmd.Printf("step %d of 3, begun %s: waiting for %d stores: %s\n", r.Step, r.Began.Local().Format(time.DateTime), len(r.Missing), strings.Join(r.Missing, " "))
			default:
				cmd.Printf("step %d of 3, begun %s: every store has it; say it again for the next\n", r.Step, r.Began.Local().Format(time.DateTime))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&leave, "leave-behind", false, "do not wait for stores that have not answered")
	return c
}

func revokeCommand(dir *string) *cobra.Command {
	var q revokeRequest
	c := &cobra.Command{
		Use:   "revoke --store STORE --certificate SERIAL...",
		Short: "Say to a store and to the broker which of the store's certificates hold no longer",
		Long: `Say to a store and to the broker which of the store's certificates hold no longer,
besides those of before. The broker's list is broker/crl.pem. Mosquitto reads it
again when it is told to (systemctl reload mosquitto, or kill -HUP and its process),
which foyer-hq serve --broker-reload does by itself; connections that are open stay
so, until the broker is restarted.

Whatever the broker does, headquarters believes nothing any more of a box all of
whose certificates for the line are revoked, and sends it nothing. A box that is
lost as a whole is replaced: foyer-hq enroll-code STORE --replace, and until then
foyer-hq keyshare --withhold. Devices of the staff are unpaired at the store, by its
manager.`,
		Example: "  foyer-hq ca list --store 014\n  foyer-hq revoke --store 014 --certificate 5f0c…",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var out revokeAnswer
			if err := call(cmd.Context(), *dir, "revoke", q, &out); err != nil {
				return err
			}
			cmd.Printf("revocations is revision %d for store %s\n", out.Rev, q.Store)
			if out.Last {
				cmd.Printf("its box has no certificate for the line left: it is not believed any more, and told nothing; foyer-hq enroll-code %s --replace\n", q.Store)
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "The broker has to read its list, unless foyer-hq serve --broker-reload does that: %s\n", reloadHint)
			return nil
		},
	}
	c.Flags().StringVar(&q.Store, "store", "", "the store")
	c.Flags().StringSliceVar(&q.Certificates, "certificate", nil, "a certificate's serial number (foyer-hq ca list)")
	required(c, "store", "certificate")
	return c
}
