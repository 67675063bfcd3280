package guest

import (
	"time"

	"foyer/concierge"
)

// presence says what a customer may know of an associate's day, beside her name.
func (l speech) presence(c concierge.Colleague, now time.Time) string {
	at := func(t time.Time) string { return l.Clock(t.In(now.Location())) }
	switch c.Presence {
	case concierge.InNow:
		return l.T("in, and free")
	case concierge.Busy:
		if !c.FreeAt.IsZero() {
			return l.T("with another client, free at about %s", at(c.FreeAt))
		}
		return l.T("with another client")
	case concierge.InToday:
		return l.T("in today until %s", at(c.Until))
	case concierge.LaterToday:
		return l.T("comes in at %s", at(c.From))
	case concierge.InAgain:
		return l.T("in again on %s", l.Weekday(c.From.In(now.Location())))
	}
	return l.T("not available just now")
}

// sentenceOf says the same as a sentence.
func (l speech) sentenceOf(c concierge.Colleague, now time.Time) string {
	at := func(t time.Time) string { return l.Clock(t.In(now.Location())) }
	switch c.Presence {
	case concierge.InNow:
		return l.T("%s is in, and free.", c.Name)
	case concierge.Busy:
		if !c.FreeAt.IsZero() {
			return l.T("%s is with another client, free at about %s.", c.Name, at(c.FreeAt))
		}
		return l.T("%s is with another client.", c.Name)
	case concierge.InToday:
		return l.T("%s is in today until %s.", c.Name, at(c.Until))
	case concierge.LaterToday:
		return l.T("%s comes in at %s.", c.Name, at(c.From))
	case concierge.InAgain:
		return l.T("%s is in again on %s.", c.Name, l.Weekday(c.From.In(now.Location())))
	}
	return l.T("%s is not available just now.", c.Name)
}

// asked is the line under the question whether to tell somebody.
func (l speech) asked(h concierge.Here, now time.Time) string {
	for _, c := range h.Mine {
		switch {
		case c.Name != h.Ask:
		case c.Presence == concierge.InNow:
			return l.T("She is in, and free.")
		default:
			return l.sentenceOf(c, now)
		}
	}
	if len(h.Mine) > 0 {
		return l.sentenceOf(h.Mine[0], now)
	}
	return ""
}
