package rush

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// A row is one line of the table.
type row struct {
	name  string
	value func(f Figures) string
}

func rows() []row {
	count := func(n func(f Figures) int) func(Figures) string {
		return func(f Figures) string { return fmt.Sprint(n(f)) }
	}
	foyerOnly := func(v func(f Figures) string) func(Figures) string {
		return func(f Figures) string {
			if !f.ours() {
				return "-"
			}
			return v(f)
		}
	}
	return []row{
		{"requests", count(func(f Figures) int { return f.Requests })},
		{"  asked while nobody was free", count(func(f Figures) int { return f.NobodyFree })},
		{"  accepted within 60 s", func(f Figures) string { return fmt.Sprintf("%.1f %%", 100*f.Within) }},
		{"  the same, where somebody was free", func(f Figures) string { return fmt.Sprintf("%.1f %%", 100*f.WithinFree) }},
		{"  accepted later, or never", count(func(f Figures) int { return f.Late })},
		{"  never", count(func(f Figures) int { return f.Unanswered })},
		{"  time to accept, median", func(f Figures) string { return fmt.Sprintf("%.0f s", f.Median) }},
		{"  time to accept, p90", func(f Figures) string { return fmt.Sprintf("%.0f s", f.P90) }},
		{"  time to accept, p99", func(f Figures) string { return fmt.Sprintf("%.0f s", f.P99) }},
		{"  a manager was asked", count(func(f Figures) int { return f.Escalations })},
		{"  open at 3 min, no manager knew", count(func(f Figures) int { return f.ManagerLate })},
		{"told that hers is busy", foyerOnly(count(func(f Figures) int { return f.ToldBusy }))},
		{"  chose to wait for her", foyerOnly(func(f Figures) string {
			return fmt.Sprintf("%d (met after %.0f s)", f.ChoseToWait, f.KeptWaiting)
		})},
		{"  looks around after all", foyerOnly(count(func(f Figures) int { return f.ChoseToBrowse }))},
		{"arrivals announced to somebody", count(func(f Figures) int { return f.Arrivals })},
		{"  met", count(func(f Figures) int { return f.ArrivalsMet })},
		{"served by her own, where one was in", func(f Figures) string { return fmt.Sprintf("%.0f %%", 100*f.Matched) }},
		{"offers of who wants to look around", count(func(f Figures) int { return f.OffersToBrowsing })},
		{"offers in all", count(func(f Figures) int { return f.Alerts })},
		{"busiest associate, in fair shares of visits", func(f Figures) string { return fmt.Sprintf("%.2f", f.MostTaken) }},
		{"most offers of R1 to R3, in fair shares", foyerOnly(func(f Figures) string { return fmt.Sprintf("%.2f", f.MostOffered) })},
		{"  above 1.5 while another was free", foyerOnly(count(func(f Figures) int { return f.UnfairOffers }))},
	}
}

// Write prints the routers side by side.
func (r Result) Write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "A day of %d hours, seed %d: %d associates and two managers, %d visits announced.\n\n", hours, r.Seed, r.Associates, r.Visits)
	longest := 0
	for _, x := range rows() {
		longest = max(longest, len(x.name))
	}
	line := func(name string, value func(Figures) string) {
		fmt.Fprintf(tw, "%-*s\t", longest, name)
		for _, f := range r.Routers {
			fmt.Fprintf(tw, "%s\t", value(f))
		}
		fmt.Fprintln(tw)
	}
	line("", func(f Figures) string { return f.Router })
	for _, x := range rows() {
		line(x.name, x.value)
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("write the day's figures: %w", err)
	}
	return nil
}
