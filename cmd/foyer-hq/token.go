package main

import (
	"fmt"
	"time"

	"foyer/floor"
	"foyer/sync/wire"

	"github.com/spf13/cobra"
)

func tokenCommand(dir *string) *cobra.Command {
	var store, customer string
	var ttl time.Duration
	c := &cobra.Command{
		Use:   "token",
		Short: "Sign a pass with which a customer's app checks her in at a store, once, within minutes",
		Long: `Sign a pass with which a customer's app checks her in at a store, once, within
minutes. The app posts it from her phone on the store's Wi-Fi:

  POST /v1/checkin
  {"token": "..."}

The box checks it by headquarters' key, without a line to headquarters, and
answers with a session. Whoever has a pass is that customer: hand it to her app
over TLS, and write it down nowhere.`,
		Example: "  foyer-hq token --customer c-1001 --store 014",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := floor.ParseCustomer(customer); err != nil {
				return fmt.Errorf("token: %w", err)
			}
			if ttl < time.Second || ttl > wire.MaxPass {
				return fmt.Errorf("token: --ttl must be between a second and %v", wire.MaxPass)
			}
			var out tokenAnswer
			if err := call(cmd.Context(), *dir, "token", inviteRequest{store, customer, ttl}, &out); err != nil {
				return err
			}
			cmd.Println(out.Token)
			return nil
		},
	}
	c.Flags().StringVar(&store, "store", "", "the store")
	c.Flags().StringVar(&customer, "customer", "", "the customer's pseudonym")
	c.Flags().DurationVar(&ttl, "ttl", wire.MaxPass, "how long it is good for")
	required(c, "store", "customer")
	return c
}
