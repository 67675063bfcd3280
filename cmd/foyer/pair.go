package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"foyer/box"
	"foyer/web/admin"
)

func pairCommand() *cobra.Command {
	var socket, role string
	cmd := &cobra.Command{
		Use:   "pair ASSOCIATE | --role technician",
		Short: "Make a single-use code that pairs an associate's device or lets a technician in",
		Long: `Make a code with which one device is paired and its associate chooses her PIN.
It is good once, for ten minutes. ASSOCIATE is her identifier on the roster.

With --role technician, make a code that lets in whoever sets the box up: the
floor plan, the survey, the access points and what is wrong with the box, and no
page with a customer or an associate on it. It works in any browser on the
staff's network, ends after eight hours or when a manager ends it, and stands in
the ledger.`,
		Example: "  foyer pair ana\n  foyer pair --role technician",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			code, page, err := paired(cmd, socket, role, args)
			if err != nil {
				return err
			}
			data, err := admin.Get(cmd.Context(), socket, "/status")
			if err != nil {
				return err
			}
			var s box.Status
			if err := json.Unmarshal(data, &s); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s\n%s/%s?code=%s\n", code, s.Staff, page, code)
			return nil
		},
	}
	cmd.Flags().StringVar(&role, "role", "associate", "whom the code is for: associate (managers are, too) or technician")
	cmd.Flags().StringVar(&socket, "socket", defaultSocket, "the box's admin socket")
	return cmd
}

// paired returns a code and the page it is for.
func paired(cmd *cobra.Command, socket, role string, args []string) (code, page string, err error) {
	switch {
	case role == "technician" && len(args) == 0:
		code, err = admin.PairTechnician(cmd.Context(), socket)
		return code, "technician", err
	case role == "technician":
		return "", "", errors.New("a technician is nobody on the roster: leave ASSOCIATE out")
	case role != "associate":
		return "", "", fmt.Errorf("--role %s: want associate or technician", role)
	case len(args) == 0:
		return "", "", errors.New("say whose device: foyer pair ASSOCIATE; or --role technician")
	}
	code, err = admin.Pair(cmd.Context(), socket, args[0])
	return code, "pair", err
}
