package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"foyer/disk"
	"foyer/locator/survey"
)

func surveyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "survey",
		Short: "Record and fit a survey, and score the locator on it",
	}
	cmd.AddCommand(ablationCommand(), evaluateCommand(), fitCommand(), planCommand(), recordCommand())
	return cmd
}

// evaluateFlags are the flags of foyer survey evaluate.
type evaluateFlags struct {
	o          survey.Options
	mode, plot string
	asJSON     bool
}

func evaluateCommand() *cobra.Command {
	var e evaluateFlags
	cmd := &cobra.Command{
		Use:   "evaluate DIR",
		Short: "Fit a recorded folder's survey and score its test splits",
		Long: `Fit the radio map from the survey in DIR (scans.csv.gz, aps.csv if the places
of the access points are known) and score the locator on the test splits: error
in metres, how often the 50 % and 90 % regions hold the truth, and the cost.

  --survey full     every surveyed point
  --survey sparse4  about a quarter of them
  --survey none     the places of the access points alone

With --plot, draw every track, its fixes and their regions, and the distribution
of the errors; open the file with a browser.`,
		Example: `  foyer survey evaluate recordings/lab
  foyer survey evaluate recordings/lab --survey none --json
  foyer survey evaluate recordings/lab --plot lab.svg`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return e.run(cmd, args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&e.mode, "survey", string(survey.Full), "how much of the survey to use: full, sparse4 or none")
	f.BoolVar(&e.asJSON, "json", false, "one JSON object per test split")
	f.Float64Var(&e.o.OtherPhone, "other-phone", 0, "`dB` added to the test rows, as another phone would")
	f.StringVar(&e.plot, "plot", "", "draw tracks, truth, regions and errors into this SVG `FILE`")
	f.StringVar(&e.o.DropAP, "drop-ap", "", "`ID` of an access point whose test rows are removed: it is dead")
	return cmd
}

func (e *evaluateFlags) run(cmd *cobra.Command, dir string) error {
	e.o.Survey = survey.Mode(e.mode)
	if !e.asJSON {
		e.o.Progress = progress(cmd.ErrOrStderr(), "fitting")
	}
	e.o.Note = func(text string) { fmt.Fprintln(cmd.ErrOrStderr(), "note:", text) }
	if e.plot != "" {
		e.o.Trace = new(survey.Trace)
	}
	results, err := survey.Evaluate(dir, e.o)
	if err != nil {
		return err
	}
	if e.plot != "" {
		if err := disk.Replace(e.plot, 0o644, func(w *os.File) error { return e.o.Trace.Plot(w) }); err != nil {
			return err
		}
	}
	if !e.asJSON {
		return printResults(cmd.OutOrStdout(), results)
	}
	enc := json.NewEncoder(cmd.OutOrStdout())
	for _, r := range results {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

// progress returns a function that draws a bar on a terminal, and nothing
// elsewhere.
func progress(w io.Writer, what string) func(done, total int) {
	if f, ok := w.(*os.File); !ok || !terminal(f) {
		return nil
	}
	const width = 40
	last := -1
	return func(done, total int) {
		n := width * done / max(total, 1)
		if n == last {
			return
		}
		last = n
		fmt.Fprintf(w, "\r%s [%s%s]", what, strings.Repeat("=", n), strings.Repeat(" ", width-n))
		if done >= total {
			fmt.Fprintf(w, "\r%s\r", strings.Repeat(" ", width+len(what)+3))
		}
	}
}

func terminal(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}

// printResults prints one row per test split.
func printResults(w io.Writer, results []survey.Result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "set\tsplit\tsurvey\tn\tunknown\tmean m\tunfiltered\tmedian\tp75\tp90\tp95\tin 50 %\tin 90 %\tarea90 m2\tcircle m2\tus/fix\tallocs\t")
	for _, r := range results {
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.0f %%\t%.0f %%\t%.1f\t%.1f\t%.0f\t%.1f\t\n",
			r.Set, r.Split, r.Survey, r.N, r.Unknown, r.Mean, r.MeanUnfiltered, r.Median, r.P75, r.P90, r.P95,
			100*r.Coverage50, 100*r.Coverage90, r.Area90, r.Circle90, r.MicrosPerFix, r.AllocsPerFix)
	}
	return t.Flush()
}
