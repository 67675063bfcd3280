package setup

import (
	"fmt"
	"time"
)

func waiting(n int) string {
	switch n {
	case 0:
		return "Nothing waits to be told"
	case 1:
		return "1 event waits to be told"
	}
	return fmt.Sprintf("%d events wait to be told", n)
}

func things(n int) string {
	words := []string{"", "One thing", "Two things", "Three things", "Four things", "Five things"}
	if n < len(words) {
		return words[n] + " to look at"
	}
	return fmt.Sprintf("%d things to look at", n)
}

// moment is a time of day, with its date if that is not today's.
func moment(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format("2 January, 15:04")
}

// ago is how long ago something was heard.
func ago(t, now time.Time) string {
	switch d := now.Sub(t); {
	case t.IsZero():
		return "never heard"
	case d < 5*time.Second:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", int(d/time.Second))
	default:
		return lasts(d) + " ago"
	}
}

func lasts(d time.Duration) string {
	count := func(n int, one string) string {
		if n == 1 {
			return "1 " + one
		}
		return fmt.Sprintf("%d %ss", n, one)
	}
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d/time.Minute))
	case d < 48*time.Hour:
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/(24*time.Hour)), "day")
}
