package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Look at discretion tables",
		Long: `A discretion table says how much of a purchase an associate may see, by her
relation to the customer, who sold it, where, how sensitive and how old it is,
and what the customer allows. It must be complete, without overlap, and must
never disclose more where a reason for discretion is added.`,
	}
	show := false
	check := &cobra.Command{
		Use:     "check FILE",
		Short:   "Prove a table over all its cases",
		Example: "  foyer policy check discretion-table.json\n  foyer policy check --show discretion-table.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := readTable(args[0])
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if show {
				if err := t.Write(out); err != nil {
					return err
				}
			}
			fmt.Fprintf(out, "%s is good: version %s, %d rules; complete, without overlap, monotone.\n",
				args[0], t.Version(), len(t.Rules()))
			return nil
		},
	}
	check.Flags().BoolVar(&show, "show", false, "print the rules")
	cmd.AddCommand(check, explainCommand(), diffCommand(), shadowCommand())
	return cmd
}
