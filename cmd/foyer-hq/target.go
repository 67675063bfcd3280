package main

import (
	"foyer/sync/office"

	"github.com/spf13/cobra"
)

// targetFlags lets a command say to which stores.
func targetFlags(c *cobra.Command) *office.Target {
	t := &office.Target{}
	c.Flags().StringSliceVar(&t.Stores, "store", nil, "to this store (again for more)")
	c.Flags().StringVar(&t.Group, "group", "", "to the stores of this group")
	c.Flags().BoolVar(&t.All, "all", false, "to every store")
	c.MarkFlagsOneRequired("store", "group", "all")
	c.MarkFlagsMutuallyExclusive("store", "group", "all")
	return t
}
