package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"foyer/box"
	"foyer/box/begin"
	"foyer/config"
	"foyer/sync/wire"
	"foyer/sync/wire/enrol"
)

func enrollCommand() *cobra.Command {
	var file, code, fingerprint string
	var names []string
	var replace bool
	cmd := &cobra.Command{
		Use:   "enroll URL --code CODE --fingerprint SHA256",
		Short: "Make a new box a store's box, with a code and a fingerprint from headquarters",
		Long: `Make a new box a store's box. The box makes its keys, which never leave it, and
asks headquarters' door for certificates. Headquarters prints the whole command
(foyer-hq enroll-code STORE); the code works once, and the fingerprint decides
whom the box believes, so bring both here by a way that nobody on the network can
change.

If the answer is lost on the way, the same command again gets the same answer:
the keys wait beside the identity folder. Run it as the user the box runs as
(sudo -u foyer). With --replace the box takes the place of a lost or broken one
of the same store, and what was lost with that is said.

Names are the box's host names and addresses on the store's network, for its
certificate there; without any, those of the configuration.`,
		Example: `  foyer enroll https://hq.example.com:8443 --code 7Q… --fingerprint sha256:9f86…
  foyer enroll https://hq.example.com:8443 --code 7Q… --fingerprint sha256:9f86… --replace`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := config.Load(file)
			if err != nil {
				return explain(err)
			}
			if err := box.Ours(c); err != nil {
				return fmt.Errorf("enroll: %w", err)
			}
			pin, err := enrol.ParseFingerprint(fingerprint)
			if err != nil {
				return err
			}
			if len(names) == 0 {
				names = begin.LANNames(c)
			}
			q := enrol.Request{Code: code, Chain: c.Store.Chain, Store: c.Store.ID, Replace: replace, Version: version}
			id, lost, err := begin.Enrol(cmd.Context(), begin.Place{Door: args[0], Pin: pin, Proxy: c.HQ.Proxy}, c.Identity, names, q, func(string) {})
			if err != nil {
				return fmt.Errorf("enroll: %w", err)
			}
			tellEnrolled(cmd.OutOrStdout(), c, id, lost)
			if c.HQ.Broker != id.Broker {
				cmd.Printf("Write this into %s:\n\nhq:\n  broker: %s\n", file, id.Broker)
			}
			return nil
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&file, "config", defaultConfig, "the box's configuration `file`")
	fl.StringVar(&code, "code", "", "the single-use code from headquarters")
	fl.StringVar(&fingerprint, "fingerprint", "", "of headquarters' CA: `sha256`: and 64 digits")
	fl.StringSliceVar(&names, "name", nil, "a host name or address of this box on the store's network")
	fl.BoolVar(&replace, "replace", false, "this box takes the place of the one the store had")
	required(cmd, "code", "fingerprint")
	return cmd
}

// tellEnrolled says what the box is now, and what went with the one that it
// replaces.
func tellEnrolled(out io.Writer, c *config.Config, id wire.Identity, l *enrol.Lost) {
	fmt.Fprintf(out, "This is the box of store %s of %s now; its identity is in %s.\n", id.Address.Store, id.Address.Chain, c.Identity)
	if l == nil {
		return
	}
	heard := "was never heard"
	if !l.Contact.IsZero() {
		heard = "was last heard at " + l.Contact.Local().Format(time.DateTime)
	}
	fmt.Fprintf(out, "It replaces one that %s; %d of its certificates are revoked.\n", heard, len(l.Certificates))
	fmt.Fprintf(out, `What is lost with the old box:
  - %d events that it held then and headquarters never got, and any it recorded since
  - its ledger of who saw what (%d rows), but for what was reported of it
  - notes, photos and choices that were on it alone; PINs and paired devices:
    associates pair and choose a PIN again
Headquarters sends the rest by itself: documents, staff, profiles and consents.
`, l.Backlog, l.Ledger)
	if l.Dropped > 0 {
		fmt.Fprintf(out, "Before, it had already given up %d events for want of room.\n", l.Dropped)
	}
}
