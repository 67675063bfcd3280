package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"foyer/box"
)

// printSensors says who reports, and what reports without being on the plan.
func printSensors(w io.Writer, s box.Status) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SENSOR\tLAST\tPER MINUTE\tCLOCK\tREPORTS\tPOSITIONS\tMALFORMED\tREFUSED\tOVER BUDGET\tUNKNOWN APS")
	for _, x := range s.Sensors {
		clock := "-"
		if x.Clock != nil {
			clock = fmt.Sprintf("%+.1f s", *x.Clock)
		}
		fmt.Fprintf(t, "%s\t%s\t%.0f\t%s\t%d\t%d\t%d\t%d\t%d\t%d\n", x.ID, since(s.At, x.Last), x.PerMinute, clock,
			x.Reports, x.Hints, x.Malformed, x.Refused, x.Throttled, x.UnknownAP)
	}
	fmt.Fprintln(t, "\nACCESS POINT\tLAST\tCLOCK")
	for _, x := range s.AccessPoints {
		fmt.Fprintf(t, "%s\t%s\t%+.1f s\n", x.ID, since(s.At, x.Last), x.Clock)
	}
	t.Flush() // its errors are w's, who has gone
	for _, x := range s.Sensors {
		if x.Fails != "" {
			fmt.Fprintf(w, "\n%s fails: %s\n", x.ID, x.Fails)
		}
	}
	if len(s.UnknownAPs) == 0 {
		return
	}
	fmt.Fprint(w, "\nThese report and are not on the plan. Put the line of each into the entry of its access point:\n")
	for _, x := range s.UnknownAPs {
		line, err := json.Marshal(map[string][]string{"aliases": {x.Name}})
		if err != nil {
			continue // cannot be: it is a text
		}
		fmt.Fprintf(w, "  %s   (from %s, %s)\n", line[1:len(line)-1], x.Sensor, since(s.At, x.Last))
	}
}

// since says how long ago something was heard of.
func since(now, last time.Time) string {
	if last.IsZero() {
		return "never"
	}
	return now.Sub(last).Round(time.Second).String() + " ago"
}
