package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"foyer/concierge"
	"foyer/routing"
	"foyer/web/admin"
)

func taskCommand() *cobra.Command {
	var socket string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "task",
		Short: "Say whom the running box asked, and why",
		Long: `A task is a customer to be looked after; it is named as her visit is, and says
nothing of who she is. The box keeps in memory why it asked whom, for a day and
for the last 64 tasks.`,
	}
	list := &cobra.Command{
		Use:   "list",
		Short: "List the tasks that can be explained, the latest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := admin.Get(cmd.Context(), socket, "/tasks")
			if err != nil || asJSON {
				return printed(cmd, data, err)
			}
			return listTasks(cmd, data)
		},
	}
	explain := &cobra.Command{
		Use:   "explain ID",
		Short: "Say why each associate was asked about a task, or passed over",
		Long: `Print every decision about a task: the rings that were looked into (R0 her own,
R0b her own and busy, R1 covers and who has served her, R2 qualified, R2b her
language, R3 the floor, R4 managers), what each associate scored, and why the
others were not asked.`,
		Example: "  foyer task list\n  foyer task explain v-abcdefghij",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := admin.Get(cmd.Context(), socket, "/task?id="+url.QueryEscape(args[0]))
			if err != nil || asJSON {
				return printed(cmd, data, err)
			}
			return explainTask(cmd, data)
		},
	}
	for _, c := range []*cobra.Command{list, explain} {
		c.Flags().StringVar(&socket, "socket", defaultSocket, "the box's admin socket")
		c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	}
	cmd.AddCommand(list, explain)
	return cmd
}

func printed(cmd *cobra.Command, data []byte, err error) error {
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", data)
	return err
}

func listTasks(cmd *cobra.Command, data []byte) error {
	var tasks []concierge.TaskLine
	if err := json.Unmarshal(data, &tasks); err != nil {
		return fmt.Errorf("read the list of tasks: %w", err)
	}
	tw := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	for _, t := range tasks {
		last := "asked " + t.Associate
		if t.Associate == "" {
			last = t.Reason
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%d decisions\t%s\n", t.Task, t.Urgency, t.At.Local().Format(time.TimeOnly), t.Decisions, last)
	}
	return tw.Flush()
}

func explainTask(cmd *cobra.Command, data []byte) error {
	var accounts []routing.Account
	if err := json.Unmarshal(data, &accounts); err != nil {
		return fmt.Errorf("read the account of a task: %w", err)
	}
	for i, a := range accounts {
		if i > 0 {
			fmt.Fprintln(cmd.OutOrStdout())
		}
		if err := a.Write(cmd.OutOrStdout()); err != nil {
			return err
		}
	}
	return nil
}
