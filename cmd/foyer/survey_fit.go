package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"foyer/disk"
	"foyer/floor"
	"foyer/locator"
	"foyer/locator/survey"
)

// fitFlags are the flags of foyer survey fit.
type fitFlags struct {
	out, mode, plan string
	all             bool
}

func fitCommand() *cobra.Command {
	var f fitFlags
	cmd := &cobra.Command{
		Use:   "fit DIR --out map.json",
		Short: "Fit a survey and write the radio map a box reads",
		Long: `Fit the radio map from the survey in DIR (scans.csv.gz; aps.csv and plan.json if
there are), print what was found and how sure it is, name the access points that
were heard at too few places, and write the map.

Before anybody has walked, a folder with plan.json alone will do (--survey none).
A links.csv in it tells what the access points hear of one another, the
controller's table of neighbours (ap_id,heard_ap_id,rssi_dbm): it makes such a
map a good deal better.

The box reads the map where its configuration says (survey: /etc/foyer/map.json).
Give it the plan the box has: --plan, if DIR holds none. The survey's floors must
be called as the plan's, and both be in metres of one frame.`,
		Example: `  foyer survey fit recordings/ground --plan plan.json --out map.json
  foyer survey fit rehearsal/testdata/walk --out map.json    # a made-up store to try it on
  foyer survey fit recordings/ground --survey none --out map.json    # from the plan alone`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.out, "out", "", "write the radio map into this `FILE`")
	fl.StringVar(&f.mode, "survey", string(survey.Full), "how much of the survey to use: full, sparse4 or none")
	fl.StringVar(&f.plan, "plan", "", "plan `FILE` instead of the folder's own plan.json")
	fl.BoolVar(&f.all, "all", false, "print every access point, however many there are")
	return cmd
}

func (f *fitFlags) run(cmd *cobra.Command, dir string) error {
	if f.out == "" {
		return errors.New("survey fit: say where the map goes: --out map.json")
	}
	o := survey.FitOptions{Survey: survey.Mode(f.mode), Progress: progress(cmd.ErrOrStderr(), "fitting")}
	o.Note = func(text string) { fmt.Fprintln(cmd.ErrOrStderr(), "note:", text) }
	if f.plan != "" {
		plan, err := readPlan(f.plan)
		if err != nil {
			return err
		}
		o.Plan = plan
	}
	fitted, err := survey.Learn(dir, o)
	if err != nil {
		return err
	}
	if err := disk.Replace(f.out, 0o644, func(w *os.File) error { return survey.WriteMap(w, fitted.Map) }); err != nil {
		return err
	}
	w := cmd.OutOrStdout()
	fmt.Fprintf(w, "%s: %d access points, %d places, %d scans\n\n", dir, len(fitted.Map.APs), fitted.Places, fitted.Scans)
	if err := printSite(w, fitted); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if err := f.printAPs(w, fitted); err != nil {
		return err
	}
	printCures(w, fitted)
	fmt.Fprintf(w, "\nwrote %s; see how well it locates: foyer survey evaluate %s\n", f.out, dir)
	return nil
}

func readPlan(name string) (*floor.Plan, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	plan, err := floor.ParsePlan(data)
	if err != nil {
		return nil, fmt.Errorf("read the plan %s: %w", name, err)
	}
	return plan, nil
}

// printSite prints the parameters that all access points share.
func printSite(w io.Writer, f *survey.Fitted) error {
	m := f.Map
	left := "left-out places, ± their curvature"
	if f.Scans == 0 {
		left = "what sites are like: no survey"
	}
	heard := left
	if f.Scans > 0 && f.Site.Half == 0 {
		heard = "no telling: hardly any place was silent"
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "the site\tvalue\tfrom")
	fmt.Fprintf(t, "noise of a fix's reading\t%s dB\t%s\n", plus(m.Noise, f.Site.Noise, 2), left)
	fmt.Fprintf(t, "heard half of the time at\t%s dBm\t%s\n", plus(m.Hearing.Half, f.Site.Half, 1), heard)
	fmt.Fprintf(t, "  spread of that\t%s dB\t%s\n", plus(m.Hearing.Spread, f.Site.Spread, 1), heard)
	fmt.Fprintf(t, "  at most, however near\t%.0f %%\tof fixes\n", 100*m.Hearing.Most)
	fmt.Fprintf(t, "independent access points\t%g\twhat a dozen are worth at most\n", m.Effect)
	fmt.Fprintf(t, "weight of the centroid\t%g\tbeside the radio map\n", m.Centre)
	fmt.Fprintf(t, "blur\t%g m\twhat the survey's own places are off by\n", m.Blur)
	fmt.Fprintf(t, "a region of 90 %%\t%.2f\tof a belief holds the truth so often\n", m.Held.Take(0.9))
	fmt.Fprintf(t, "residual's kernel\t%g m, %g dB\tMatérn 3/2; %g dB between places however near\n", m.Kernel.Length, m.Kernel.Sigma, m.Kernel.Nugget)
	fmt.Fprintf(t, "scans at one place\t%.2f dB\tspread of single readings\n", m.Kernel.Single)
	return t.Flush()
}

func plus(v, sd float64, digits int) string {
	if sd == 0 {
		return fmt.Sprintf("%.*f", digits, v)
	}
	return fmt.Sprintf("%.*f ± %.*f", digits, v, digits, sd)
}

const mostRows = 40 // access points printed unless all are asked for

// printAPs prints each access point's path loss as its own readings have it.
func (f *fitFlags) printAPs(w io.Writer, fit *survey.Fitted) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "access point\tfloor\tplaces\tat 1 m, dBm\texponent\trms dB\tleft out dB\t")
	shown := 0
	for i, a := range fit.Map.APs {
		if !f.all && shown == mostRows {
			break
		}
		shown++
		l := fit.Losses[i]
		name := string(a.ID)
		if a.PlaceSD > 0 {
			name += " (place guessed)"
		}
		rms, left := "", ""
		if l.Readings > 0 {
			rms, left = fmt.Sprintf("%.1f", l.RMS), fmt.Sprintf("%.1f", l.LeftOut)
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t\n", name, a.Level, l.Readings, plus(l.P0, l.P0SD, 1), plus(l.N, l.NSD, 2), rms, left)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if shown < len(fit.Map.APs) {
		fmt.Fprintf(w, "and %d more: --all prints them\n", len(fit.Map.APs)-shown)
	}
	fmt.Fprintln(w, "rms: readings round the path loss; left out: round what the map makes of all others")
	return nil
}

// printCures names what another walk would mend.
func printCures(w io.Writer, f *survey.Fitted) {
	if f.Scans == 0 {
		return
	}
	fmt.Fprintln(w)
	guessed := 0
	for i, a := range f.Map.APs {
		n := f.Losses[i].Readings
		if n >= survey.Enough {
			continue
		}
		if a.PlaceSD > 0 {
			guessed++
			continue
		}
		fmt.Fprintf(w, "%s was heard at %s: %s near (%.1f, %.1f) on floor %s\n", a.ID, places(n), cure(a, n), a.At.X, a.At.Y, a.Level)
	}
	if guessed > 0 {
		fmt.Fprintf(w, "%d access points that no plan places were heard at under %d places each: their part of the map is mostly guesswork\n", guessed, survey.Enough)
	}
	if worst, at := poorest(f); at != nil {
		fmt.Fprintf(w, "%s's readings differ by %.0f dB from what its others say: is its place (%.1f, %.1f) right? Was it moved, or its power changed, during the survey?\n", at.ID, worst, at.At.X, at.At.Y)
	}
}

func places(n int) string {
	switch n {
	case 0:
		return "no place"
	case 1:
		return "1 place only"
	}
	return fmt.Sprintf("%d places only", n)
}

func cure(a locator.AP, n int) string {
	if n == 0 {
		return "see whether it is on, then re-walk"
	}
	return "re-walk"
}

// odd (dB) is a left-out deviation that no shelf explains.
const odd = 10

// poorest returns the access point, of those well heard, whose readings its map
// explains least, if that is odd.
func poorest(f *survey.Fitted) (worst float64, at *locator.AP) {
	for i := range f.Map.APs {
		if l := f.Losses[i]; l.Readings >= survey.Enough && l.LeftOut > max(worst, odd) {
			worst, at = l.LeftOut, &f.Map.APs[i]
		}
	}
	return worst, at
}
