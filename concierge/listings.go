package concierge

import "sync"

// listings remembers which names of the lists were written down as seen today.
type listings struct {
	mu   sync.Mutex
	day  string
	seen map[string]*sighting // by reference
}

// A sighting is written down by whoever comes first; others wait until it is.
type sighting struct {
	write func() error // the first call writes, every call returns what came of it
}

// once calls write unless a name was written down on that day, and returns when it
// is: nobody reads a name before. What failed is tried again. The lock is not held
// meanwhile: readers of other names do not wait for the disk.
func (l *listings) once(day, ref string, write func() error) error {
	l.mu.Lock()
	if l.day != day {
		l.day, l.seen = day, map[string]*sighting{}
	}
	s := l.seen[ref]
	if s == nil {
		s = &sighting{sync.OnceValue(write)}
		l.seen[ref] = s
	}
	l.mu.Unlock()
	err := s.write()
	if err == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen[ref] == s {
		delete(l.seen, ref)
	}
	return err
}
