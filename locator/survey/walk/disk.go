package walk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"foyer/floor"
	"foyer/floor/recording"
)

// Open goes on with the walk of a folder, or begins one there. Places of a
// walk on floors that the plan does not have any more are left out.
func Open(dir string, plan *floor.Plan) (*Walk, error) {
	w := &Walk{dir: dir, plan: plan, next: 1}
	if _, err := os.Stat(filepath.Join(dir, recording.ScansFile)); errors.Is(err, os.ErrNotExist) {
		return w, nil
	}
	f, err := recording.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("open the walk: %w", err)
	}
	at := map[string]int{}
	for r, err := range f.Rows() {
		if err != nil {
			return nil, fmt.Errorf("open the walk: %w", err)
		}
		i, ok := at[r.Point]
		if !ok {
			i = len(w.stands)
			at[r.Point] = i
			w.stands = append(w.stands, stand{Stand: Stand{Point: r.Point, Level: r.Level, At: r.At}, to: time.Unix(0, 0)})
		}
		w.stands[i].rows = append(w.stands[i].rows, r)
	}
	for i := range w.stands {
		w.stands[i].sum()
		var n int
		if _, err := fmt.Sscanf(w.stands[i].Point, "p%d", &n); err == nil {
			w.next = max(w.next, n+1)
		}
	}
	w.drop(func(s *stand) bool { return w.place(s.Level, s.At) != nil })
	return w, nil
}

// save writes the recording anew; with no place it is removed.
func (w *Walk) save() error {
	ended := 0
	for i := range w.stands {
		if !w.stands[i].to.IsZero() {
			ended++
		}
	}
	if ended == 0 {
		if err := os.RemoveAll(w.dir); err != nil {
			return fmt.Errorf("clear the walk: %w", err)
		}
		return nil
	}
	out, err := recording.Create(w.dir, placed(w.plan), w.plan)
	if err != nil {
		return fmt.Errorf("keep the walk: %w", err)
	}
	for i := range w.stands {
		for _, r := range w.stands[i].rows {
			if w.stands[i].to.IsZero() {
				break
			}
			if err := out.Write(r); err != nil {
				return errors.Join(fmt.Errorf("keep the walk: %w", err), out.Abort())
			}
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("keep the walk: %w", err)
	}
	return nil
}
