package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foyer/disk"
	"foyer/floor"
)

// typed asks where the device stands, line by line, until the end of input or
// "end". After each point it says what was heard there, so that one knows
// whether to stay longer; what was typed is on disk from then on.
func (f *recordFlags) typed(cmd *cobra.Command, plan *floor.Plan) ([]mark, error) {
	if _, err := os.Stat(f.from); err != nil {
		return nil, fmt.Errorf("survey record: --from: %w; start what writes the reports first", err)
	}
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return nil, fmt.Errorf("survey record: %w", err)
	}
	kept := filepath.Join(f.out, "marks.csv")
	ask := cmd.ErrOrStderr()
	fmt.Fprintln(ask, "Type x y (metres), or a name and x y, and Enter where you stand; only Enter to walk on; end when done.")
	t := &typing{plan: plan}
	for line := range lines(cmd.Context(), cmd.InOrStdin()) {
		done, err := t.line(line.text, line.at)
		if err != nil {
			fmt.Fprintln(ask, "not understood:", err)
			continue
		}
		if done != nil {
			if err := disk.Replace(kept, 0o644, func(w *os.File) error { return writeMarks(w, t.marks) }); err != nil {
				return nil, err
			}
			f.tell(ask, plan, done)
		}
		if t.ended {
			break
		}
		if t.now != nil {
			fmt.Fprintf(ask, "%s at (%.1f, %.1f) on %s: stay 10 to 20 s and turn round\n", t.now.point, t.now.at.X, t.now.at.Y, t.now.level)
		}
	}
	switch {
	case cmd.Context().Err() != nil:
		return nil, fmt.Errorf("survey record: interrupted; %d points are in %s: go on with --marks", len(t.marks), kept)
	case len(t.marks) == 0:
		return nil, fmt.Errorf("survey record: no point was marked")
	}
	return t.marks, checkMarks(t.marks)
}

// tell says what was heard during a mark.
func (f *recordFlags) tell(w io.Writer, plan *floor.Plan, m *mark) {
	s := newSheet([]mark{*m})
	if err := f.read(nil, plan, s); err != nil {
		fmt.Fprintln(w, "cannot say what was heard:", err)
		return
	}
	d := &s.stands[0]
	fmt.Fprintf(w, "%s: %d scans, %d access points; %s\n", m.point, len(d.scans), len(d.aps), d.remark())
}

// typing turns lines into marks.
type typing struct {
	plan  *floor.Plan
	marks []mark
	now   *mark // where the device stands, nil while it walks
	ended bool
}

// line takes one line typed at a time and returns the mark that it ended, if
// any. A line that is not understood changes nothing.
func (t *typing) line(text string, at time.Time) (done *mark, err error) {
	words := strings.Fields(text)
	var next *mark
	switch {
	case len(words) == 1 && words[0] == "end":
		t.ended = true
	case len(words) > 0:
		if next, err = t.begin(words, at); err != nil {
			return nil, err
		}
	}
	if t.now != nil && at.After(t.now.from) {
		t.now.to = at
		t.marks = append(t.marks, *t.now)
		done = &t.marks[len(t.marks)-1]
	}
	t.now = next
	return done, nil
}

func (t *typing) begin(words []string, at time.Time) (*mark, error) {
	m := &mark{from: at, point: fmt.Sprintf("p%d", len(t.marks)+1)}
	if t.now != nil {
		m.point = fmt.Sprintf("p%d", len(t.marks)+2)
	}
	if _, err := strconv.ParseFloat(words[0], 64); err != nil {
		m.point, words = words[0], words[1:]
	}
	if len(words) < 2 || len(words) > 3 {
		return nil, fmt.Errorf("want x y, or a name and x y; then the floor, if there are several; a name is no number")
	}
	if err := m.stand(t.plan, words[0], words[1], strings.Join(words[2:], "")); err != nil {
		return nil, err
	}
	before := t.marks
	if t.now != nil {
		before = append(before[:len(before):len(before)], *t.now)
	}
	for _, o := range before {
		if o.point == m.point && (o.at != m.at || o.level != m.level) {
			return nil, fmt.Errorf("%q is at (%g, %g) on %s already: give another name", m.point, o.at.X, o.at.Y, o.level)
		}
	}
	return m, nil
}

// A typedLine is a line and when Enter was pressed.
type typedLine struct {
	text string
	at   time.Time
}

// lines yields what is typed until the input or ctx ends; a last "end" is added,
// so that the point under way is kept.
func lines(ctx context.Context, in io.Reader) func(func(typedLine) bool) {
	typed := make(chan typedLine)
	go func() { // a read from a terminal cannot be interrupted: it ends with the program
		defer close(typed)
		s := bufio.NewScanner(in)
		for s.Scan() {
			select {
			case typed <- typedLine{s.Text(), time.Now()}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return func(yield func(typedLine) bool) {
		for {
			select {
			case <-ctx.Done():
				yield(typedLine{"end", time.Now()})
				return
			case l, ok := <-typed:
				if !ok {
					yield(typedLine{"end", time.Now()})
					return
				}
				if !yield(l) {
					return
				}
			}
		}
	}
}
