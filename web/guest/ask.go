package guest

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

// askCookie holds the number of an ask of somebody who is not signed in, and
// nothing else. It is set once she asks, and ends with the ask.
const askCookie = "__Host-ask"

// askRate is how often one device may ask without being signed in: in an hour
// fewer times than a store takes, so that one cannot ask in everybody's place.
func askRate() gate.Rate { return gate.Rate{Every: 15 * time.Minute, Burst: 3} }

// askRefresh is how many seconds the page waits before it looks again whether
// somebody comes: it has no stream, for there is nobody to hold one for.
const askRefresh = "8"

var errPlace = fmt.Errorf("%w: zone: there is none of this name", gate.ErrBody)

// askView is what her first page has for one who is not signed in.
type askView struct {
	concierge.Helped
	Open   bool // she has asked
	Where  string
	Places []placeView
}

type placeView struct {
	ID   floor.ZoneID
	Name string
}

// places are the zones that she may pick.
func (f *Face) places() (out []placeView) {
	p := f.Plan()
	for _, l := range p.Levels {
		for _, z := range l.Zones {
			if z.Private {
				continue
			}
			name := z.Name
			if len(p.Levels) > 1 {
				name += ", " + l.Name
			}
			out = append(out, placeView{z.ID, name})
		}
	}
	return out
}

// place is the name of a zone that she may pick. "" is no zone in particular.
func (f *Face) place(id floor.ZoneID) (name string, ok bool) {
	for _, p := range f.places() {
		if p.ID == id {
			return p.Name, true
		}
	}
	return "", id == ""
}

// asking returns what became of the ask whose number the request shows.
func (f *Face) asking(r *http.Request) (id concierge.StrangerID, h concierge.Helped, open bool, err error) {
	k, err := r.Cookie(askCookie)
	if err != nil || k.Value == "" || len(k.Value) > 64 {
		return "", concierge.Helped{}, false, nil
	}
	id = concierge.StrangerID(k.Value)
	err = f.do(r, func(d *concierge.Desk, _ time.Time) error { h, open = d.Unknown(id); return nil })
	return id, h, open, err
}

// askOf is the part of her first page about asking.
func (f *Face) askOf(r *http.Request) (v askView, err error) {
	_, v.Helped, v.Open, err = f.asking(r)
	v.Places = f.places()
	v.Where, _ = f.place(v.Zone)
	return v, err
}

// ask asks for somebody, unless she has asked already. Who is signed in has her
// own way to ask, by which associates know whom they go to.
func (f *Face) ask(w http.ResponseWriter, r *http.Request, zone floor.ZoneID) error {
	if _, ok := f.who(r); ok {
		return errSignedIn
	}
	if _, ok := f.place(zone); !ok {
		return errPlace
	}
	if _, h, open, err := f.asking(r); err != nil || open && !h.Nobody {
		return err
	}
	if f.asks.Wait(gate.PeerKey(r), f.Now()) > 0 {
		return concierge.ErrCrowded
	}
	if err := f.cancelAsk(w, r); err != nil { // to which nobody came
		return err
	}
	var id concierge.StrangerID
	err := f.do(r, func(d *concierge.Desk, now time.Time) (err error) { id, err = d.AskUnknown(zone, now); return err })
	if err == nil {
		setAsk(w, string(id), 60*60)
	}
	return err
}

// cancelAsk takes her ask back, if there is one.
func (f *Face) cancelAsk(w http.ResponseWriter, r *http.Request) error {
	id, _, open, err := f.asking(r)
	if err == nil && open {
		err = f.do(r, func(d *concierge.Desk, now time.Time) error { d.CancelUnknown(id, now); return nil })
	}
	setAsk(w, "", -1)
	return err
}

func setAsk(w http.ResponseWriter, id string, maxAge int) {
	http.SetCookie(w, &http.Cookie{Name: askCookie, Value: id, Path: "/", MaxAge: maxAge, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// errSignedIn means that she is signed in and asks as if she were not.
var errSignedIn = errors.New("signed in: ask by your own page")

func (f *Face) postAsk(w http.ResponseWriter, r *http.Request) {
	err := f.ask(w, r, floor.ZoneID(r.PostFormValue("zone")))
	if errors.Is(err, errSignedIn) {
		err = nil // the page has her own way to ask
	}
	f.back(w, r, "/here", err)
}

func (f *Face) postCancelAsk(w http.ResponseWriter, r *http.Request) {
	f.back(w, r, "/here", f.cancelAsk(w, r))
}

func (f *Face) jsonAsk(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Zone floor.ZoneID `json:"zone"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.ask(w, r, body.Zone)
	}
	if errors.Is(err, errSignedIn) {
		gate.Problem(w, http.StatusConflict, "You are signed in: POST /v1/me/help.")
		return
	}
	f.answer(w, r, err)
}

// jsonAsked says what became of an ask.
func (f *Face) jsonAsked(w http.ResponseWriter, r *http.Request) {
	_, h, open, err := f.asking(r)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, struct {
		Open   bool         `json:"open"`
		Zone   floor.ZoneID `json:"zone,omitempty"`
		Asking bool         `json:"asking"`
		Nobody bool         `json:"nobody"`
		Coming string       `json:"coming,omitempty"`
		Met    bool         `json:"met"`
	}{open, h.Zone, h.Asking, h.Nobody, h.Coming, h.Met})
}

func (f *Face) jsonCancelAsk(w http.ResponseWriter, r *http.Request) {
	f.answer(w, r, f.cancelAsk(w, r))
}
