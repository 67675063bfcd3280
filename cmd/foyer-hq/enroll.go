package main

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"foyer/sync/office"

	"github.com/spf13/cobra"
)

func enrollCodeCommand(dir *string) *cobra.Command {
	var at string
	var replace bool
	var ttl time.Duration
	c := &cobra.Command{
		Use:   "enroll-code STORE",
		Short: "Make a code with which one new box becomes a store's box",
		Long: `Make a code with which one new box becomes a store's box, once, and print the
command to run on it. The box makes its keys itself; headquarters gives it
certificates for them, and its own keys. The fingerprint is of headquarters' CA:
the box believes nobody else, so bring the command to it by a way that nobody on
the network can change (read it out, print it, a USB stick).

With --replace the box takes the place of the one the store has, which is lost or
broken: the old one's certificates are revoked (have the broker read
broker/crl.pem: systemctl reload mosquitto, or foyer-hq serve --broker-reload), its
key share is sent no more and a new one is made, and what it held and never told
headquarters is lost; both sides say how much.`,
		Example: "  foyer-hq enroll-code 014 --at https://hq.example.com:8443\n  foyer-hq enroll-code 014 --replace --ttl 2h",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if ttl < time.Minute || ttl > 30*24*time.Hour {
				return errors.New("enroll-code: --ttl must be between a minute and 720h")
			}
			if u, err := url.Parse(at); err != nil || u.Scheme != "https" || u.Host == "" {
				return fmt.Errorf("enroll-code: --at %q: want the door's address as boxes reach it, https://host:8443", at)
			}
			print, err := office.Fingerprint(*dir)
			if err != nil {
				return err
			}
			var out inviteAnswer
			if err := call(cmd.Context(), *dir, "enroll-code", codeRequest{args[0], replace, ttl}, &out); err != nil {
				return err
			}
			more := ""
			if replace {
				more = " --replace"
			}
			cmd.Printf("foyer enroll %s --code %s --fingerprint %s%s\n", at, out.Code, print, more)
			fmt.Fprintf(cmd.ErrOrStderr(), "Run that on the new box of store %s, within %v. It can be used once.\n", args[0], ttl)
			return nil
		},
	}
	c.Flags().StringVar(&at, "at", "https://localhost:8443", "address of headquarters' door as boxes reach it")
	c.Flags().BoolVar(&replace, "replace", false, "the box takes the place of the one the store has")
	c.Flags().DurationVar(&ttl, "ttl", 24*time.Hour, "how long the code may be used")
	return c
}
