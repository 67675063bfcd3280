package account

import (
	"fmt"
	"time"

	"foyer/config"
	"foyer/vault"
)

// Facts are what a record is made of.
type Facts struct {
	Config  *config.Config
	Version string // of the program
	At      time.Time
	Files   []File
	Rules   Rules
}

// A File is one database of the box and what it may hold.
type File struct {
	Name    string
	Buckets []vault.Bucket
}

// Rules are the times that the running box keeps.
type Rules struct {
	Grace, Ask, Card time.Duration // before she is told of, of her page's question, of a card after the visit
	Unheard          time.Duration // without headquarters, until cards show hints only
}

// kept says how long a bucket's values are kept.
func kept(b vault.Bucket) string {
	if b.TTL == 0 {
		return "until erased, replaced or no longer true"
	}
	return span(b.TTL)
}

// span is a time as people say it.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 120*day:
		return fmt.Sprintf("%d days (about %d months)", d/day, (d+15*day)/(30*day+10*time.Hour))
	case d >= 2*day:
		return fmt.Sprintf("%d days", d/day)
	case d%time.Hour == 0 && d >= time.Hour:
		return plural(int(d/time.Hour), "hour")
	case d%time.Minute == 0 && d >= time.Minute:
		return plural(int(d/time.Minute), "minute")
	}
	return plural(int(d/time.Second), "second")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
