package main

import (
	"errors"

	"foyer/sync/office"

	"github.com/spf13/cobra"
)

// targetFlags lets a command say to which stores.
func targetFlags(c *cobra.Command) *office.Target {
	t := &office.Target{}
	c.Flags().StringSliceVar(&t.Stores, "store", nil, "to this store (again for more)")
	c.Flags().StringVar(&t.Group, "group", "", "to the stores of this group")
	c.Flags().BoolVar(&t.All, "all", false, "to every store")
	c.PreRunE = func(*cobra.Command, []string) error {
		said := 0
		for _, yes := range []bool{len(t.Stores) > 0, t.Group != "", t.All} {
			if yes {
				said++
			}
		}
		if said != 1 {
			return errors.New("say to which stores by one of --store, --group and --all")
		}
		return nil
	}
	return t
}
