package staff

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/routing"
	"foyer/web/doors"
	"foyer/web/gate"
)

// tooMany refuses a device that tries codes or PINs too fast, whoever it says
// it is.
func (f *Face) tooMany(w http.ResponseWriter, r *http.Request) bool {
	wait := f.codes.Wait(gate.PeerKey(r), f.Now())
	if wait > 0 {
		gate.TooMany(w, wait, "Too many tries from this device.")
	}
	return wait > 0
}

// back answers a form: a page again, or why not.
func (f *Face) back(w http.ResponseWriter, r *http.Request, to string, err error) {
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (f *Face) postSession(w http.ResponseWriter, r *http.Request) {
	who, pin := r.PostFormValue("associate"), r.PostFormValue("pin")
	if pin == "" {
		f.signOnPage(w, r, http.StatusOK, who, "")
		return
	}
	if f.tooMany(w, r) {
		return
	}
	err := f.signOn(w, r, who, pin)
	var wait doors.WaitError
	if errors.Is(err, doors.ErrClosed) || errors.Is(err, errShift) || errors.As(err, &wait) || errors.Is(err, concierge.ErrNothing) {
		status, words := f.known(err)
		if errors.Is(err, concierge.ErrNothing) {
			status, words = f.known(doors.ErrClosed)
		}
		f.signOnPage(w, r, status, who, words)
		return
	}
	f.back(w, r, "/staff", err)
}

func (f *Face) postSignOff(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff", f.signOff(w, r, a))
}

func (f *Face) postPresence(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff", f.presence(r, a, r.PostFormValue("status"), concierge.Said{}))
}

// presence sets what she says of herself, in the words of routing.
func (f *Face) presence(r *http.Request, a floor.AssociateID, word string, say concierge.Said) error {
	for _, s := range []routing.PresenceStatus{routing.Available, routing.Busy, routing.OnBreak, routing.DoNotDisturb, routing.Away} {
		if s.String() == word {
			return f.do(r, func(d *concierge.Desk, now time.Time) error { say.Status = s; return d.Say(a, say, now) })
		}
	}
	return fmt.Errorf("%w: status: want available, busy, on_break, dnd or away", gate.ErrBody)
}

func (f *Face) postAccept(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	card, err := f.accept(r, a)
	f.back(w, r, "/staff/visits/"+string(card.Visit), err)
}

func (f *Face) accept(r *http.Request, a floor.AssociateID) (v concierge.CardView, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) error {
		c, err := d.Accept(a, concierge.OfferID(r.PathValue("id")), now)
		v = c.View()
		return err
	})
	return v, err
}

func (f *Face) postDecline(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff", f.decline(r, a, "not_now"))
}

func (f *Face) decline(r *http.Request, a floor.AssociateID, reason string) error {
	if len(reason) > 64 {
		return fmt.Errorf("%w: reason: at most 64 bytes", gate.ErrBody)
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		return d.Decline(a, concierge.OfferID(r.PathValue("id")), reason, now)
	})
}

func (f *Face) postGreeted(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff/visits/"+r.PathValue("id"), f.greeted(r, a))
}

func (f *Face) greeted(r *http.Request, a floor.AssociateID) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		return d.Greeted(a, floor.VisitID(r.PathValue("id")), now)
	})
}

func (f *Face) postWrapUp(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	served := r.PostFormValue("served")
	if served != "yes" && served != "no" && served != "next" {
		f.sorry(w, r, fmt.Errorf("%w: served: want yes, no, or next for a colleague who goes on", gate.ErrBody))
		return
	}
	f.back(w, r, "/staff", f.wrapUp(r, a, concierge.WrapUp{Served: served != "no", Next: served == "next", Approached: r.PostFormValue("approached") == "yes"}))
}

func (f *Face) wrapUp(r *http.Request, a floor.AssociateID, how concierge.WrapUp) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		return d.WrapUp(a, floor.VisitID(r.PathValue("id")), how, now)
	})
}
