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
	var row uint64
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Read every row and say whether the chain holds",
		Long: `Read every row of the ledger and say whether the chain holds: the number of the
newest row and its hash, or the first row that was changed, added or removed.

A ledger that was written anew as a whole by somebody with the box's keys holds,
and has another hash at the same number. Headquarters is told the newest row each
minute and warns of one that went back; foyer-hq status --json shows what it was
told last. With --row, the hash of that row is printed, to be held against it.`,
		Example: "  foyer ledger verify\n  foyer ledger verify --row 1204",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := admin.Get(cmd.Context(), socket, fmt.Sprintf("/ledger/verify?row=%d", row))
			if err != nil {
				return err
			}
			if asJSON {
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s\n", data)
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
	cmd.Flags().Uint64Var(&row, "row", 0, "print the hash of this `row` (0: the newest)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringVar(&socket, "socket", defaultSocket, "the box's admin socket")
	return cmd
}
