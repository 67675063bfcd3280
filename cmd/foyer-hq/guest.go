package main

import (
	"foyer/cmd/foyer-hq/guestcert"
	"foyer/sync/office"

	"github.com/spf13/cobra"
)

// guestCertificates returns who obtains publicly trusted certificates; nil where
// nobody was set up.
func guestCertificates(dir string) (office.Guest, error) {
	s, ok, err := guestcert.Load(dir)
	if err != nil || !ok {
		return nil, err
	}
	o, err := guestcert.New(dir, s)
	if err != nil {
		return nil, err
	}
	return o.Obtain, nil
}

func caGuest(dir *string) *cobra.Command {
	var s guestcert.Settings
	c := &cobra.Command{
		Use:   "guest --name NAME...",
		Short: "Say how stores are given publicly trusted certificates for their guest pages",
		Long: `Say how stores are given publicly trusted certificates for their guest pages, so
that no customer ever has to accept a warning. The box makes the key and asks over
its line; headquarters proves to the authority (ACME, Let's Encrypt if nothing else
is said) that the name is the chain's, by a record in the DNS. That comes there

  by an update of the zone (RFC 2136): --server, --zone, --key and --secret
  or by a program of yours: --hook, called with set or clear, name and text

NAMEs are what a store may have; {store} stands for its own name, and no store is
given another's. It is asked again, ever less often, while it does not work; see
the log of foyer-hq serve, which reads this when it starts.`,
		Example: `  foyer-hq ca guest --name 'here-{store}.northwind.example' --email it@northwind.example \
    --server ns1.northwind.example:53 --zone northwind.example --key foyer --secret BASE64
  foyer-hq ca guest --name here.northwind.example --hook /usr/local/bin/dns-record`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := s.Save(*dir); err != nil {
				return err
			}
			cmd.Printf("wrote %s in %s; foyer-hq serve reads it when it starts\n", guestcert.File, *dir)
			return nil
		},
	}
	fl := c.Flags()
	fl.StringVar(&s.Directory, "directory", guestcert.LetsEncrypt, "the authority's directory")
	fl.StringVar(&s.Roots, "roots", "", "a `file` with who stands behind the authority's own certificate (the system's)")
	fl.StringVar(&s.Email, "email", "", "where the authority warns")
	fl.StringVar(&s.EABKey, "eab-key", "", "identifier of an external account, where the authority wants one")
	fl.StringVar(&s.EABHMAC, "eab-hmac", "", "and its key, base64url")
	fl.StringSliceVar(&s.Names, "name", nil, "a host name that a store may have; {store} is its own name")
	fl.StringVar(&s.Server, "server", "", "host:port of the server that takes updates of the zone")
	fl.StringVar(&s.Zone, "zone", "", "the zone")
	fl.StringVar(&s.Key, "key", "", "name of the key for updates (TSIG, HMAC-SHA256)")
	fl.StringVar(&s.Secret, "secret", "", "the key, base64")
	fl.StringVar(&s.Hook, "hook", "", "the program")
	fl.IntVar(&s.Wait, "wait", 10, "seconds until all of the zone's servers have a record")
	required(c, "name")
	return c
}
