package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"foyer/sync/office"

	"github.com/spf13/cobra"
)

func caCommand(dir *string) *cobra.Command {
	ca := &cobra.Command{Use: "ca", Short: "Make certificates and keys"}
	ca.AddCommand(caInit(dir), caBroker(dir), caDoor(dir), caStore(dir), caMosquitto(dir))
	ca.AddCommand(caList(dir), caRotate(dir), caGuest(dir), caLifetime(dir))
	return ca
}

func caInit(dir *string) *cobra.Command {
	var chain string
	c := &cobra.Command{
		Use:     "init",
		Short:   "Make headquarters' folder: the CA, and the keys to sign and to open with",
		Example: "  foyer-hq ca init --chain northwind",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := office.InitCA(*dir, time.Now()); err != nil {
				return err
			}
			if chain != "" {
				if err := office.SetChain(*dir, chain); err != nil {
					return err
				}
			}
			cmd.Printf("made %s; guard ca.key, sign.key and open.key in it\n", *dir)
			return nil
		},
	}
	c.Flags().StringVar(&chain, "chain", "", "the chain (may be said later, with the first store)")
	return c
}

func caLifetime(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "lifetime DAYS",
		Short: "Say how many days the certificates of stores last that are made from now on",
		Long: `Say how many days the certificates of stores last that are made from now on, 1 to
397; unless said otherwise it is 397. A box has its certificates renewed by the
line, a month after they were made or after a third of their life. A store that is
without a line for longer than the rest of it has to be enrolled anew (foyer-hq
enroll-code --replace): mind the longest outage, and the months that a box lies on a
shelf before it is set up.`,
		Example: "  foyer-hq ca lifetime 90",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			days, err := strconv.Atoi(args[0])
			if err != nil {
				return fmt.Errorf("ca lifetime %q: want a number of days", args[0])
			}
			return office.SetLifetime(*dir, days)
		},
	}
}

func caDoor(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:     "door NAME...",
		Short:   "Make the certificate of headquarters' HTTPS door for its host names and addresses",
		Example: "  foyer-hq ca door hq.example.com",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, names []string) error {
			if err := office.IssueDoor(*dir, names, time.Now()); err != nil {
				return err
			}
			cmd.Printf("made %s; open it with: foyer-hq serve --door :8443\n", filepath.Join(*dir, "door.pem"))
			return nil
		},
	}
}

func caBroker(dir *string) *cobra.Command {
	var at string
	c := &cobra.Command{
		Use:     "broker NAME...",
		Short:   "Make the broker's certificate for its host names and addresses",
		Example: "  foyer-hq ca broker hq.example.com\n  foyer-hq ca broker 127.0.0.1 localhost --url tls://127.0.0.1:8883",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, names []string) error {
			if at == "" {
				at = "tls://" + net.JoinHostPort(names[0], "8883")
			}
			if err := brokerURL(at); err != nil {
				return err
			}
			out, err := office.IssueBroker(*dir, names, time.Now())
			if err != nil {
				return err
			}
			if err := office.SetBroker(*dir, at); err != nil {
				return err
			}
			cmd.Printf("made %s; boxes will dial %s\n", out, at)
			return nil
		},
	}
	c.Flags().StringVar(&at, "url", "", "address boxes dial (tls://NAME:8883)")
	return c
}

// brokerURL refuses an address that no box could dial.
func brokerURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "tls" && u.Scheme != "wss" || u.Hostname() == "" || u.Port() == "" {
		return fmt.Errorf("ca broker: --url %q: want tls://host:8883 or wss://host:443/path", s)
	}
	return nil
}

func caStore(dir *string) *cobra.Command {
	var chain, store string
	c := &cobra.Command{
		Use:   "store [NAME...]",
		Short: "Make the identity folder of one store's box",
		Long: `Make the identity folder of one store's box: its certificates, its keys and whom
it trusts. NAMEs are the box's host names and addresses on the store's own
network; without any it is foyer-STORE.local. Bring the folder to the box by a
safe way and delete it here: it holds the box's private keys.`,
		Example: "  foyer-hq ca store --chain northwind --store 014 foyer-014.local 10.0.14.2",
		RunE: func(cmd *cobra.Command, names []string) error {
			if chain == "" {
				var err error
				if chain, err = office.Chain(*dir); err != nil {
					return err
				}
				if chain == "" {
					return errors.New("ca store: no chain yet; say it with --chain")
				}
			}
			if len(names) == 0 {
				names = []string{"foyer-" + store + ".local"}
			}
			bundle, err := office.IssueStore(*dir, chain, store, names, time.Now())
			if err != nil {
				return err
			}
			cmd.Println(bundle)
			return nil
		},
	}
	c.Flags().StringVar(&chain, "chain", "", "the chain (needed for the first store only)")
	c.Flags().StringVar(&store, "store", "", "the store")
	required(c, "store")
	return c
}

func caMosquitto(dir *string) *cobra.Command {
	var port int
	c := &cobra.Command{
		Use:   "mosquitto",
		Short: "Write a configuration for Mosquitto: TLS 1.3, certificates on both sides, an ACL per store",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if port < 1 || port > 65535 {
				return fmt.Errorf("ca mosquitto: --port %d: want 1 to 65535", port)
			}
			out, err := filepath.Abs(filepath.Join(*dir, "broker"))
			if err != nil {
				return err
			}
			acl, conf := filepath.Join(out, "mosquitto.acl"), filepath.Join(out, "mosquitto.conf")
			data := filepath.Join(out, "data")
			text, rules, err := office.MosquittoConfig(*dir, acl, data, port)
			if err != nil {
				return err
			}
			if err := os.MkdirAll(data, 0o700); err != nil {
				return err
			}
			if err := os.WriteFile(acl, []byte(rules), 0o600); err != nil {
				return err
			}
			if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
				return err
			}
			cmd.Print(text)
			fmt.Fprintf(cmd.ErrOrStderr(), "wrote %s and %s; start it with: mosquitto -c %s\n", conf, acl, conf)
			return nil
		},
	}
	c.Flags().IntVar(&port, "port", 8883, "port to listen on")
	return c
}

// required marks flags that exist, so marking cannot fail.
func required(c *cobra.Command, names ...string) {
	for _, n := range names {
		if err := c.MarkFlagRequired(n); err != nil {
			panic(err)
		}
	}
}
