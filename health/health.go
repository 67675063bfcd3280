// Package health is the finite list of what can be wrong with a box: for each
// thing a code, how much it matters, one sentence for people and a cure. It
// hides when a warning becomes visible and in which order they stand.
//
// It never invents a code at run time and never names a person: the subject
// of a warning is a thing (an access point, a file, a broker), given as text
// by a package that knows no people.
package health

import (
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// Severity says who has to act.
type Severity uint8

// The severities: Watch may heal by itself, NeedsYou will not.
const (
	Watch Severity = iota
	NeedsYou
)

// String returns the severity as pages and commands show it.
func (s Severity) String() string {
	if s == NeedsYou {
		return "needs-you"
	}
	return "watch"
}

// A Warning is one thing that is wrong now.
type Warning struct {
	Code     Code
	Subject  string // the thing, "" where there is only one
	Severity Severity
	Since    time.Time
	Text     string // one sentence, with the subject in it
	Cure     string
}

// A Board holds the warnings of one box. It is safe for concurrent use and
// bounded: sensors on a LAN cannot fill its memory with made-up subjects.
type Board struct {
	now func() time.Time
	log *slog.Logger

	mu  sync.Mutex
	set map[key]time.Time
}

type key struct {
	code    Code
	subject string
}

// New returns an empty board that tells the time by now and says one line
// when a warning is set or cleared; log may be nil.
func New(now func() time.Time, log *slog.Logger) *Board {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Board{now: now, log: log, set: map[key]time.Time{}}
}

// maxSubjects bounds how many things may be wrong in the same way at once; others
// stands for the rest.
const (
	maxSubjects = 100
	others      = "and others"
)

// Set says that something is wrong since a time; set again, the earlier time
// stays. A code that is not on the list is shown as such rather than lost.
// Past 100 subjects of one code the rest is counted under one, "and others".
func (b *Board) Set(code Code, subject string, since time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := key{code, subject}
	if _, ok := b.set[k]; ok {
		return
	}
	if b.count(code) >= maxSubjects {
		k.subject = others
		if _, ok := b.set[k]; ok {
			return
		}
	}
	b.set[k] = since
	b.log.Warn("health", "code", string(code), "subject", k.subject)
}

func (b *Board) count(code Code) int {
	n := 0
	for k := range b.set {
		if k.code == code {
			n++
		}
	}
	return n
}

// Clear says that it is right again. When it is the last of its code by name, the
// others count as right, too: nobody knows which they were, and what is still
// wrong of them is set again.
func (b *Board) Clear(code Code, subject string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := key{code, subject}
	if _, ok := b.set[k]; !ok {
		return
	}
	delete(b.set, k)
	b.log.Info("health cleared", "code", string(code), "subject", subject)
	rest := key{code, others}
	if _, more := b.set[rest]; more && b.count(code) == 1 {
		delete(b.set, rest)
		b.log.Info("health cleared", "code", string(code), "subject", others)
	}
}

// List returns what is wrong long enough to be shown: what needs somebody
// first, the oldest first among equals.
func (b *Board) List() []Warning {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	var out []Warning
	for k, since := range b.set {
		e := entry(k.code)
		if now.Sub(since) < e.delay {
			continue
		}
		out = append(out, e.warning(k, since))
	}
	slices.SortFunc(out, func(a, b Warning) int {
		if a.Severity != b.Severity {
			return int(b.Severity) - int(a.Severity)
		}
		if c := a.Since.Compare(b.Since); c != 0 {
			return c
		}
		return strings.Compare(string(a.Code)+a.Subject, string(b.Code)+b.Subject)
	})
	return out
}
