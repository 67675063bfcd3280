package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foyer/box"
	"foyer/web/admin"
)

const defaultSocket = "/run/foyer/admin.sock"

func statusCommand() *cobra.Command {
	var socket string
	var asJSON, sensors bool
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "Say how the running box is",
		Example: "  foyer status\n  foyer status --sensors\n  foyer status --socket /run/foyer/admin.sock --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := admin.Get(cmd.Context(), socket, "/status")
			if err != nil {
				return err
			}
			if asJSON {
				_, err := cmd.OutOrStdout().Write(data)
				return err
			}
			var s box.Status
			if err := json.Unmarshal(data, &s); err != nil {
				return err
			}
			if sensors {
				printSensors(cmd.OutOrStdout(), s)
				return nil
			}
			printStatus(cmd.OutOrStdout(), s)
			return nil
		},
	}
	cmd.Flags().StringVar(&socket, "socket", defaultSocket, "the box's admin socket")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&sensors, "sensors", false, "say who reports, how often, and what is not on the plan")
	return cmd
}

func printStatus(w io.Writer, s box.Status) {
	line := "not configured"
	switch {
	case s.HQ.Up:
		line = fmt.Sprintf("up since %s, %d events waiting", s.HQ.Since.Format(time.DateTime), s.HQ.Backlog)
	case s.HQ.Configured:
		line = fmt.Sprintf("down since %s, %d events waiting", s.HQ.Since.Format(time.DateTime), s.HQ.Backlog)
	}
	if s.HQ.Coming > 0 {
		line += fmt.Sprintf(", %d profiles and settings still to come", s.HQ.Coming)
	}
	fmt.Fprintf(w, "store         %s (foyer %s)\n", s.Store, s.Version)
	fmt.Fprintf(w, "headquarters  %s\n", line)
	fmt.Fprintf(w, "customers     %s\nstaff         %s\n", s.Guest, s.Staff)
	fmt.Fprintf(w, "radio         %d reports, %d of strangers dropped, %d malformed, %d phones leased\n",
		s.Radio.Reports, s.Radio.Dropped, s.Radio.Malformed, s.Radio.Leases)
	fmt.Fprintf(w, "locator       %d positions, %d unknown, %d phones\n", s.Locator.Fixes, s.Locator.Unknown, s.Locator.Phones)
	fmt.Fprintf(w, "visits        %d arrived, %d in the store or near\n", s.Visits.Arrived, s.Visits.Phones)
	if f := s.Firmware; f != nil && f.Wanted != "" && f.Wanted != f.Running {
		fmt.Fprintf(w, "update        to %s: %s", f.Wanted, f.State)
		if f.Size > 0 {
			fmt.Fprintf(w, ", %d of %d bytes", f.Got, f.Size)
		}
		if f.Reason != "" || f.Detail != "" {
			fmt.Fprintf(w, " (%s)", strings.TrimSpace(string(f.Reason)+" "+f.Detail))
		}
		fmt.Fprintln(w)
	}
	for _, x := range s.Sensors {
		fmt.Fprintf(w, "sensor        %s: heard %s, %d reports, %d malformed, %d of unknown access points\n",
			x.ID, since(s.At, x.Last), x.Reports, x.Malformed, x.UnknownAP)
	}
	for _, x := range s.Warnings {
		fmt.Fprintf(w, "%-13s %s Cure: %s\n", x.Severity, x.Text, x.Cure)
	}
}
