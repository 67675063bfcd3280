package guest

import (
	"errors"
	"net/http"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/doors"
	"foyer/web/gate"
)

// Why a pass does not check anybody in, as sentences that may be shown. They
// hold nothing of the pass.
var (
	// ErrPass means that the token has not the form of a pass.
	ErrPass = errors.New("this token is not a check-in pass: send the one headquarters made, unchanged")
	// ErrPassSigner means that no key of headquarters signed it.
	ErrPassSigner = errors.New("this pass was not signed by headquarters, or was altered")
	// ErrPassStore means that it is for another store, or for something else.
	ErrPassStore = errors.New("this pass was made for another store: ask headquarters for one of this store")
	// ErrPassOver means that it is no longer good.
	ErrPassOver = errors.New("this pass has expired: ask headquarters for a new one")
	// ErrPassClock means that the box cannot say whether it is good.
	ErrPassClock = errors.New("this box is not sure of the time, so it cannot tell whether a pass is still good: use a session or a code")
	errPassUsed  = errors.New("this pass has been used: ask headquarters for a new one")
)

// jsonPass checks her in by a pass that headquarters signed for her app, or,
// without one, by her session. A pass begins a session too: with it the app
// shows her who knows of her, and takes her no.
func (f *Face) jsonPass(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Token string `json:"token"`
	}
	if r.Header.Get("Content-Type") != "" {
		if err := gate.Read(r, &body); err != nil {
			f.answer(w, r, err)
			return
		}
	}
	if body.Token == "" {
		f.api(f.jsonBind)(w, r)
		return
	}
	if wait := f.codes.Wait(gate.PeerKey(r), f.Now()); wait > 0 {
		f.tooMany(w, r, wait, "Too many passes were tried from this device.")
		return
	}
	c, err := f.spend(body.Token)
	if status := passStatus(err); status != 0 {
		gate.Problem(w, status, f.speech(r).sentence(sentence(err)))
		return
	}
	if err != nil {
		f.answer(w, r, err)
		return
	}
	before, was := f.who(r)
	same := was && before == c
	err = f.checkIn(r, c, same && f.lent(r))  // an app is on her own phone
	if errors.Is(err, concierge.ErrNothing) { // the box does not know her, or no longer: no session either
		f.answer(w, r, err)
		return
	}
	if !same {
		if failed := f.enter(w, r, c, false, f.Now()); failed != nil {
			f.answer(w, r, failed)
			return
		}
	}
	f.bound(w, r, err)
}

// spend reads a pass and uses it up.
func (f *Face) spend(token string) (floor.Customer, error) {
	if !f.ClockSure() {
		return floor.Customer{}, ErrPassClock
	}
	now := f.Now()
	p, err := f.Passes(token, now)
	if err != nil {
		return floor.Customer{}, err
	}
	err = f.Doors.Spend(p.Number, now)
	if errors.Is(err, doors.ErrClosed) {
		err = errPassUsed
	}
	return p.Customer, err
}

// passStatus is the status of an answer to a pass that is not good, or 0.
func passStatus(err error) int {
	for _, x := range []struct {
		err    error
		status int
	}{
		{ErrPass, http.StatusBadRequest}, {ErrPassSigner, http.StatusUnauthorized}, {ErrPassStore, http.StatusForbidden},
		{ErrPassOver, http.StatusGone}, {errPassUsed, http.StatusGone}, {ErrPassClock, http.StatusServiceUnavailable},
	} {
		if errors.Is(err, x.err) {
			return x.status
		}
	}
	return 0
}
