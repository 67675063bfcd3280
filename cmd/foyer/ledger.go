package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"foyer/box"
	"foyer/web/admin"
)

func ledgerCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "Look after the running box's ledger of who saw what",
	}
	cmd.AddCommand(ledgerVerifyCommand())
	return cmd
}

func ledgerVerifyCommand() *cobra.Command {
	var socket string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Read every row and say whether the chain holds",
		Long: `Read every row of the ledger and say whether the chain holds: the number of the
newest row and its hash, or the first row that was changed, added or removed.

Keep the number and the hash elsewhere: a ledger that was written anew as a whole
by somebody with the box's keys holds, and has another hash at that number.`,
		Example: "  foyer ledger verify",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := admin.Get(cmd.Context(), socket, "/ledger/verify")
			if err != nil {
				return err
			}
			var s box.LedgerStatus
			if err := json.Unmarshal(data, &s); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "The ledger holds. Row %d has the hash %s.\n", s.Seq, s.Hash)
			return nil
		},
	}
	cmd.Flags().StringVar(&socket, "socket", defaultSocket, "the box's admin socket")
	return cmd
}
