package guest

import (
	"errors"
	"net/http"

	"foyer/concierge"
	"foyer/web/gate"
)

// sentence puts what stood in the way of a check-in or a pass into words. What
// only this box says so is not told in another language than it has.
func (l speech) sentence(english string) string {
	if english == "" || l.Has(english) {
		return l.T(english)
	}
	return l.T("Your phone could not be found just now. Open this page again in a minute.")
}

// known are the errors that have words of their own, with those words and
// their status; everything else is the box's trouble.
func (l speech) known(err error) (status int, words string) {
	switch {
	case errors.Is(err, concierge.ErrNothing):
		return http.StatusNotFound, l.T("Nothing to show.")
	case errors.Is(err, concierge.ErrMoved):
		return http.StatusConflict, l.T("That moment has passed. This needs a visit that is going on.")
	case errors.Is(err, concierge.ErrConsent):
		return http.StatusForbidden, l.T("You have not allowed what this needs. Nothing was done.")
	case errors.Is(err, concierge.ErrUnwritten):
		return http.StatusServiceUnavailable, l.T("It counts from this second. It could not be written down yet: press again in a minute, or a power cut undoes it.")
	case errors.Is(err, concierge.ErrWords):
		return http.StatusBadRequest, l.T("That is too long to be read at a glance. Use 300 letters at most. Nothing was changed.")
	case errors.Is(err, concierge.ErrTaken):
		return http.StatusConflict, l.T("That time is not free any more. Choose another.")
	case errors.Is(err, concierge.ErrEnough):
		return http.StatusConflict, l.T("You have four appointments ahead. Cancel one first.")
	case errors.Is(err, concierge.ErrOften):
		return http.StatusTooManyRequests, l.T("You have looked at schedules often today. Tomorrow you can look again.")
	case errors.Is(err, concierge.ErrCrowded):
		return http.StatusTooManyRequests, l.T("Several people are waiting already. Speak to any of us, or ask again in a few minutes.")
	case errors.Is(err, errLent):
		return http.StatusForbidden, l.T("On a phone that others use we ask each time. Sign in on your own phone to be announced.")
	case errors.Is(err, gate.ErrBody):
		return http.StatusBadRequest, err.Error()
	}
	return 0, ""
}
