package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"foyer/locator/survey"
)

func ablationCommand() *cobra.Command {
	var mode string
	cmd := &cobra.Command{
		Use:   "ablation DIR...",
		Short: "Score the locator with each choice of its model left out",
		Long: `Fit each recorded folder once and score the locator with one choice of its model
left out at a time, as a table in Markdown: mean error in metres, the unfiltered
mean, and how often the 50 % and the 90 % region hold the truth.`,
		Example: "  foyer survey ablation recordings/lab recordings/hall",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, dirs []string) error {
			return printAblation(cmd.OutOrStdout(), cmd.ErrOrStderr(), dirs, survey.Mode(mode))
		},
	}
	cmd.Flags().StringVar(&mode, "survey", string(survey.Full), "how much of the survey to use: full, sparse4 or none")
	return cmd
}

func printAblation(out, errs io.Writer, dirs []string, mode survey.Mode) error {
	var all [][]survey.Ablation
	head, line := "| left out |", "| --- |"
	for _, dir := range dirs {
		rows, err := survey.Ablate(dir, mode, progress(errs, dir))
		if err != nil {
			return err
		}
		all = append(all, rows)
		head += fmt.Sprintf(" %s, %s |", rows[0].Set, rows[0].Split)
		line += " --- |"
	}
	fmt.Fprintf(out, "Survey %s; mean error, m (single fixes), truth in the 50 %% and 90 %% region.\n\n%s\n%s\n", mode, head, line)
	for i := range all[0] {
		fmt.Fprintf(out, "| %s |", all[0][i].Choice)
		for _, rows := range all {
			r := rows[i]
			fmt.Fprintf(out, " %.2f (%.2f) %.0f %.0f |", r.Mean, r.MeanUnfiltered, 100*r.Coverage50, 100*r.Coverage90)
		}
		fmt.Fprintln(out)
	}
	return nil
}
