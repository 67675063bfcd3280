package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func ledgerCommand(dir *string) *cobra.Command {
	c := &cobra.Command{Use: "ledger", Short: "What the stores say of their ledgers of who saw what"}
	var store string
	accept := &cobra.Command{
		Use:   "accept --store STORE",
		Short: "End the warning that a store's ledger went back",
		Long: `Every store says each minute which row of its ledger is the newest, and its hash.
foyer-hq status warns of one that went back, or that has another hash at the same
row: the ledger was replaced by an older copy, begun anew, or written anew.

Accept it where that is known and was meant: a new box, or foyer run
--accept-loss ledger.db. Note the row and the hash that status shows before.`,
		Example: "  foyer-hq ledger accept --store 014",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if store == "" {
				return errors.New("say which store: --store")
			}
			if err := call(cmd.Context(), *dir, "ledger", ledgerRequest{store}, &struct{}{}); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "The ledger of store %s counts from here.\n", store)
			return nil
		},
	}
	accept.Flags().StringVar(&store, "store", "", "the store")
	c.AddCommand(accept)
	return c
}
