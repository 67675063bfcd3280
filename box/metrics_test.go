package box_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"foyer/web/admin"
)

// What is watched keeps its names, and no label could ever name a person.
func TestMetricNames(t *testing.T) {
	socket, _, stop := run(t, t.TempDir())
	defer stop()
	data, err := admin.Get(context.Background(), socket, "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(data)) {
		if kind, ok := strings.CutPrefix(line, "# TYPE "); ok {
			got = append(got, strings.TrimSpace(kind))
		} else if !strings.HasPrefix(line, "#") && regexp.MustCompile(`[{"]`).MatchString(line) {
			t.Errorf("a label: %s", line)
		}
	}
	want := []string{
		"foyer_arrivals_total counter", "foyer_fixes_total counter", "foyer_hq_backlog gauge", "foyer_hq_up gauge",
		"foyer_leases gauge", "foyer_reports_dropped_total counter", "foyer_reports_malformed_total counter",
		"foyer_reports_total counter", "foyer_warnings gauge",
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("metrics\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
