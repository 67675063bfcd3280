package main

import (
	"errors"

	"github.com/spf13/cobra"
)

type keyshareRequest struct {
	Store    string `json:"store"`
	Withhold bool   `json:"withhold"`
}

func keyshareCommand(dir *string) *cobra.Command {
	var store string
	var withhold, give bool
	c := &cobra.Command{
		Use:   "keyshare",
		Short: "Withhold headquarters' part of a store's key, or give it again",
		Long: `A box opens nothing about customers without headquarters' part of their keys. It
is sent by itself whenever a box comes, and the box deletes it thirty days after
it last heard of headquarters.

Withhold it from a box that is missing, and take its certificate from the broker:
if it is started again later than that, it opens nothing. Give it again once the
box is found.`,
		Example: "  foyer-hq keyshare --store 014 --withhold",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if withhold == give {
				return errors.New("keyshare: say either --withhold or --give")
			}
			if err := call(cmd.Context(), *dir, "keyshare", keyshareRequest{store, withhold}, &struct{}{}); err != nil {
				return err
			}
			if withhold {
				cmd.Printf("store %s is sent its key share no more; a copy it has lasts thirty days at most\n", store)
			} else {
				cmd.Printf("store %s is sent its key share\n", store)
			}
			return nil
		},
	}
	c.Flags().StringVar(&store, "store", "", "the store")
	c.Flags().BoolVar(&withhold, "withhold", false, "send it no more")
	c.Flags().BoolVar(&give, "give", false, "send it again")
	required(c, "store")
	return c
}
