package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"foyer/disk"
	"foyer/locator/survey"
)

// planFlags are the flags of foyer survey plan.
type planFlags struct {
	out    string
	asJSON bool
}

func planCommand() *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use:   "plan PLAN.json",
		Short: "Forecast how well a floor plan will locate, before anything is installed",
		Long: `Forecast the error of fixes from a floor plan and where its access points are to
hang, and say where one more access point helps most.

The figures are of single fixes of phones never met, without a survey: made-up
phones at places all over the floor, their strengths drawn from what foyer
believes of a plan it knows nothing else of, and located by foyer itself. Read
them to compare plans and to find weak corners; a survey and the filter make
real errors smaller. Places between shelves of metal may be worse.`,
		Example: `  foyer survey plan plan.json
  foyer survey plan plan.json --out forecast.svg    # a heat map, for a browser
  foyer survey plan plan.json --json | jq .one_more`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	cmd.Flags().StringVar(&f.out, "out", "", "draw the forecast into this SVG `FILE`")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "one JSON object, with every cell")
	return cmd
}

func (f *planFlags) run(cmd *cobra.Command, name string) error {
	plan, err := readPlan(name)
	if err != nil {
		return err
	}
	forecast, err := survey.Predict(cmd.Context(), plan, progress(cmd.ErrOrStderr(), "forecasting"))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if f.out != "" {
		if err := disk.Replace(f.out, 0o644, func(w *os.File) error { return forecast.Plot(w) }); err != nil {
			return err
		}
	}
	if f.asJSON {
		return json.NewEncoder(cmd.OutOrStdout()).Encode(forecast)
	}
	printForecast(cmd.OutOrStdout(), forecast)
	return nil
}

func printForecast(w io.Writer, f *survey.Forecast) {
	fmt.Fprintf(w, "%s, %d access points; one fix, no survey, a phone never met\n\n", f.Plan, f.AccessPoints)
	fmt.Fprintf(w, "expected error       %.1f m\n", f.Mean)
	fmt.Fprintf(w, "half of fixes within %.1f m, nine of ten within %.1f m\n", f.Median, f.P90)
	fmt.Fprintf(w, "floor with fewer than 3 audible access points  %.0f %%\n", 100*f.Few)
	if f.RightFloor != nil {
		fmt.Fprintf(w, "right floor          %.0f %% of fixes\n", 100**f.RightFloor)
	}
	b := f.Better
	switch {
	case b == nil:
		fmt.Fprintln(w, "\nno place is left for one more access point")
	case !b.Worthwhile():
		fmt.Fprintf(w, "\none more access point helps little: at best %.2f ± %.2f m, of %d places tried\n", b.Before-b.After, b.SE, b.Tried)
	default:
		fmt.Fprintf(w, "\none more access point helps most at (%.1f, %.1f) on floor %s: expected error %.2f to %.2f m (%.2f ± %.2f less), of %d places tried\n",
			b.At.X, b.At.Y, b.Level, b.Before, b.After, b.Before-b.After, b.SE, b.Tried)
	}
}
