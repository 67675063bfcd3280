package guest

import (
	"strings"
	"time"

	"foyer/concierge"
	"foyer/web/tongue"
)

// speech is the language of one answer.
type speech struct {
	*tongue.Tongue
	at string // the page to be shown again when she chooses another
}

// greeting goes by the store's clock.
func (l speech) greeting(now time.Time) string {
	switch h := now.Hour(); {
	case h < 5 || h >= 18:
		return l.T("Good evening.")
	case h < 12:
		return l.T("Good morning.")
	}
	return l.T("Good afternoon.")
}

// whoKnows says who has been told.
func (l speech) whoKnows(told []string) string {
	switch len(told) {
	case 0:
		return l.T("nobody knows yet")
	case 1:
		return l.T("%s knows", told[0])
	}
	return l.T("%s know", l.And(told))
}

// knowing is the whole sentence of who has been told.
func (l speech) knowing(told []string) string {
	switch len(told) {
	case 0:
		return l.T("Nobody has been told yet.")
	case 1:
		return l.T("%s knows you are here.", told[0])
	}
	return l.T("%s know you are here.", l.And(told))
}

// next says what follows for one who is announced and whom nobody is with.
func (l speech) next(h concierge.Here) string {
	switch {
	case h.Routing && len(h.Told) > 0:
		return l.T("You will see here when somebody is on the way.")
	case h.Routing:
		return l.T("None of your associates is free just now. You will see here when one is on the way.")
	case len(h.Told) > 0:
		return l.T("Nobody is on the way. Ask, and whoever is free comes.")
	}
	return l.T("None of your associates is free. Ask, and whoever is free comes.")
}

// tomorrow says what her no of today means for tomorrow.
func (l speech) tomorrow(v concierge.Visibility) string {
	if v == concierge.Automatic {
		return l.T("Tomorrow you are announced again when you come.")
	}
	return l.T("Tomorrow we ask again.")
}

// goneWords says who of hers has left.
func (l speech) goneWords(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return l.T("%s no longer works here.", names[0])
	}
	return l.T("%s no longer work here.", l.And(names))
}

// day says when something was, to the minute.
func (l speech) day(t, now time.Time) string {
	t = t.In(now.Location())
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return l.T("Today, %s", l.Clock(t))
	}
	return l.Day(t) + ", " + l.Clock(t)
}

// soon names the day of t, one that is near by its name.
func (l speech) soon(t, now time.Time) string {
	switch t.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return l.T("Today")
	case now.AddDate(0, 0, 1).Format(time.DateOnly):
		return l.T("Tomorrow")
	}
	return l.LongDay(t)
}

// left is how many whole seconds are left until t.
func left(t, now time.Time) int {
	return max(0, int((t.Sub(now)+time.Second-1)/time.Second))
}

// spaced puts a word of the box that has no words here into letters.
func spaced(word string) string { return strings.ReplaceAll(word, "_", " ") }
