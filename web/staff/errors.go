package staff

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/concierge/rota"
	"foyer/web/doors"
	"foyer/web/gate"
)

// known are the errors that have words of their own, with their status;
// everything else is the box's trouble.
func (f *Face) known(err error) (status int, words string) {
	var wait doors.WaitError
	switch {
	case errors.Is(err, concierge.ErrNothing):
		return http.StatusNotFound, gate.Nothing
	case errors.Is(err, concierge.ErrMessages):
		return http.StatusForbidden, "She takes no messages."
	case errors.Is(err, concierge.ErrWords):
		return http.StatusBadRequest, "Write 1 to 280 letters. Nothing was left."
	case errors.Is(err, concierge.ErrMoved):
		return http.StatusConflict, "That one has moved on. You are still available."
	case errors.Is(err, concierge.ErrUnfit):
		_, why, _ := strings.Cut(err.Error(), ": ")
		return http.StatusConflict, capital(why) + ". Ask somebody else."
	case errors.Is(err, concierge.ErrTaken):
		return http.StatusConflict, "That time is not free any more. Choose another."
	case errors.Is(err, concierge.ErrLedger):
		return http.StatusServiceUnavailable, "The card cannot be shown, because the access cannot be written down. Tell the manager."
	case errors.Is(err, errShift):
		return http.StatusForbidden, "You are not on shift now. The manager can change that."
	case errors.As(err, &wait):
		return http.StatusTooManyRequests, "Too many wrong tries. The next one counts in " + about(wait.Until.Sub(f.Now())) + "."
	case errors.Is(err, doors.ErrClosed):
		return http.StatusForbidden, "That did not match. Try again."
	case errors.Is(err, concierge.ErrOwn):
		return http.StatusConflict, "It is your own: another manager decides."
	case errors.Is(err, concierge.ErrNote), errors.Is(err, concierge.ErrReveal):
		return http.StatusUnprocessableEntity, sentence(err)
	case errors.As(err, new(concierge.PersonalError)):
		return http.StatusUnprocessableEntity, soundsPersonal
	case errors.Is(err, rota.ErrDay), errors.Is(err, rota.ErrShifts), errors.Is(err, rota.ErrCovers):
		return http.StatusBadRequest, "Want " + err.Error() + ". Nothing was changed."
	case errors.Is(err, gate.ErrBody):
		return http.StatusBadRequest, err.Error()
	}
	return 0, ""
}

// about is a wait in words, rounded up.
func about(d time.Duration) string {
	if d <= 90*time.Second {
		return plural(max(1, int((d+time.Second-1)/time.Second)), "second", "seconds")
	}
	return plural(int((d+time.Minute-1)/time.Minute), "minute", "minutes")
}

const trouble = "This did not work. Nothing was changed; try again in a minute."

// answer ends a JSON request that returns nothing.
func (f *Face) answer(w http.ResponseWriter, r *http.Request, err error) {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	status, words := f.known(err)
	if status == 0 {
		status, words = http.StatusServiceUnavailable, trouble
		f.Log.Error("staff request", "route", r.Pattern, "err", err)
	}
	gate.Problem(w, status, words)
}

// Refuse shows people what the gate or a limit did not let through.
func (f *Face) Refuse(w http.ResponseWriter, _ *http.Request, status int, title, text string) {
	f.show(w, status, "message", messageView{Page: f.base("Today", false), Title: title, Text: text})
}

// sorry shows in words why something was not done.
func (f *Face) sorry(w http.ResponseWriter, r *http.Request, err error) {
	status, words := f.known(err)
	title := "Not done."
	_, live := f.who(r)
	switch {
	case status == 0:
		status, words = http.StatusServiceUnavailable, trouble
		f.Log.Error("staff page", "route", r.Pattern, "err", err)
	case errors.Is(err, concierge.ErrUnfit):
	case errors.Is(err, concierge.ErrTaken):
		title = "Not free any more."
	case status == http.StatusNotFound && r.PathValue("id") != "":
		title, words = "This visit has ended.", ""
	case status == http.StatusNotFound:
		title, words = gate.Nothing, ""
	case errors.Is(err, concierge.ErrOwn):
	case status == http.StatusConflict:
		title, words = "That one has moved on.", "You are still available."
	}
	f.show(w, status, "message", messageView{Page: f.base("Today", live), Title: title, Text: words})
}
