package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// TestBench runs every measurement, shorter. How fast this machine is, a test
// cannot judge; that nothing was measured by mistake, the measurements
// themselves say.
func TestBench(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP: a few seconds of measuring")
	}
	b := &bench{dir: t.TempDir(), seconds: 4, rounds: 1, warm: 1}
	if err := b.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	var table, lines bytes.Buffer
	if err := b.table(&table); err != nil {
		t.Fatal(err)
	}
	if err := b.json(&lines); err != nil {
		t.Fatal(err)
	}
	n := 0
	for in := bufio.NewScanner(&lines); in.Scan(); n++ {
		var f figure
		if err := json.Unmarshal(in.Bytes(), &f); err != nil {
			t.Fatal(err)
		}
		if f.Value < 0 || f.Value == 0 && f.Unit != "" {
			t.Errorf("%s is %v %s", f.What, f.Value, f.Unit)
		}
		if !strings.Contains(table.String(), f.What) {
			t.Errorf("%s is not in the table", f.What)
		}
	}
	for _, want := range []string{"reports taken", "a fix", "times what its memory takes", "5,000 phones", "50,000 m2", "resident memory", "decisions", "cards, 2000 purchases", "fsync"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, table.String())
		}
	}
}

func TestAmount(t *testing.T) {
	for v, want := range map[float64]string{0.004: "0.00", 9.5: "9.50", 99.96: "100.0", 146: "146", 999.7: "1,000", 1234567: "1,234,567"} {
		if got := amount(v); got != want {
			t.Errorf("amount(%v) = %q, want %q", v, got, want)
		}
	}
}
