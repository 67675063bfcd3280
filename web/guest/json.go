package guest

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/stream"
)

// What a body may say instead.
var (
	errStyle    = fmt.Errorf("%w: style: want approach_me, only_mine or let_me_browse", gate.ErrBody)
	errText     = fmt.Errorf("%w: text: missing; to remove it, delete it", gate.ErrBody)
	errHidden   = fmt.Errorf("%w: hidden: want true or false", gate.ErrBody)
	errAudience = fmt.Errorf("%w: audience: want author or my_associates", gate.ErrBody)
	errMode     = fmt.Errorf("%w: mode: want automatic, ask_each_visit or invisible", gate.ErrBody)
)

// errLent means that she wants on a shared phone what is for her own.
var errLent = errors.New("others use this phone, too")

// answer ends a JSON request that returns nothing.
func (f *Face) answer(w http.ResponseWriter, r *http.Request, err error) {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	l := f.speech(r)
	status, words := l.known(err)
	if status == 0 {
		status, words = http.StatusServiceUnavailable, l.T("This did not work. Nothing was changed; try again in a minute.")
		f.Log.Error("guest request", "route", r.Pattern, "err", err)
	}
	gate.Problem(w, status, words)
}

func (f *Face) jsonSession(w http.ResponseWriter, r *http.Request) {
	if wait := f.codes.Wait(gate.PeerKey(r), f.Now()); wait > 0 {
		f.tooMany(w, r, wait, "Too many codes were tried from this device.")
		return
	}
	var body struct {
		Code   string `json:"code"`
		Shared bool   `json:"shared"` // others use this phone, too
	}
	err := gate.Read(r, &body)
	if err == nil {
		_, err = f.signIn(w, r, body.Code, body.Shared)
	}
	f.answer(w, r, err)
}

func (f *Face) jsonSignOut(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.answer(w, r, f.signOut(w, r, c))
}

// jsonCheckIn leases the phone behind the request and says why not; or, with a
// code that an associate showed, takes her to be here without her phone.
func (f *Face) jsonCheckIn(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Code string `json:"code"`
	}
	if r.Header.Get("Content-Type") != "" {
		if err := gate.Read(r, &body); err != nil {
			f.answer(w, r, err)
			return
		}
	}
	if body.Code != "" {
		f.jsonCode(w, r, c, body.Code)
		return
	}
	f.jsonBind(w, r, c)
}

func (f *Face) jsonBind(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.bound(w, r, f.checkIn(r, c, f.lent(r)))
}

// bound answers a check-in.
func (f *Face) bound(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil {
		l := f.speech(r)
		if status, _ := l.known(err); status == 0 {
			gate.Problem(w, http.StatusConflict, l.sentence(sentence(err)))
			return
		}
	}
	f.answer(w, r, err)
}

func (f *Face) jsonAnnounce(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Style concierge.Style `json:"style"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.announce(r, c, body.Style)
	}
	f.answer(w, r, err)
}

func (f *Face) jsonNotToday(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.answer(w, r, f.notToday(r, c))
}

func (f *Face) jsonVisibility(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Mode concierge.Visibility `json:"mode"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.visibility(r, c, body.Mode)
	}
	f.answer(w, r, err)
}

func (f *Face) jsonHelp(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var body struct {
		Topic string `json:"topic"` // one of GET /v1/me
	}
	if r.Header.Get("Content-Type") != "" {
		if err := gate.Read(r, &body); err != nil {
			f.answer(w, r, err)
			return
		}
	}
	f.answer(w, r, f.help(r, c, body.Topic))
}

func (f *Face) jsonCancelHelp(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.answer(w, r, f.cancelHelp(r, c))
}

func (f *Face) jsonWithdraw(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	_, err := f.withdraw(r, c, r.PathValue("purpose"))
	f.answer(w, r, err)
}

// meJSON is GET /v1/me: this moment, and who knows of it.
type meJSON struct {
	Stage      concierge.Stage      `json:"stage"`
	Visibility concierge.Visibility `json:"visibility"`
	Visit      floor.VisitID        `json:"visit,omitempty"`
	MayTell    bool                 `json:"may_tell"`
	Ask        string               `json:"ask,omitempty"`
	Deadline   *time.Time           `json:"deadline,omitempty"`
	Told       []string             `json:"told"`
	Style      concierge.Style      `json:"style,omitempty"`
	Coming     string               `json:"coming,omitempty"`
	Greeted    bool                 `json:"greeted"`
	Asking     bool                 `json:"asking"`
	Nobody     bool                 `json:"nobody"`
	Choice     *choiceJSON          `json:"choice,omitempty"`
	Topics     []topicJSON          `json:"topics,omitempty"`
	Zone       string               `json:"zone,omitempty"`
	After      floor.VisitID        `json:"after,omitempty"` // a visit she may say something of
	Notice     string               `json:"notice,omitempty"`
}

func (f *Face) jsonMe(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	m, err := f.moment(r)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	f.renew(r, c)
	h := m.Here
	me := meJSON{Stage: h.Stage, Visibility: h.Visibility, Visit: h.Visit, MayTell: h.MayTell, Ask: h.Ask, Deadline: instant(h.Deadline),
		Told: append([]string{}, h.Told...), Style: h.Style, Coming: h.Coming, Greeted: h.Greeted, Asking: h.Asking, Nobody: h.Nobody,
		Choice: choiceOnWire(h.Options), Topics: topicsOnWire(h.Topics), Zone: f.zone(h.Visit)}
	if notice := f.checks.notice(c); notice != "" {
		me.Notice = m.l.sentence(notice)
	}
	if h.After != nil {
		me.After = h.After.Visit
	}
	gate.JSON(w, http.StatusOK, me)
}

// instant is t in UTC, or nothing.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

type colleagueJSON struct {
	ID       string             `json:"id"`
	Name     string             `json:"name"`
	Presence concierge.Presence `json:"presence"`
	From     *time.Time         `json:"from,omitempty"`
	Until    *time.Time         `json:"until,omitempty"`
	FreeAt   *time.Time         `json:"free_at,omitempty"`
}

func colleagueOnWire(c concierge.Colleague) colleagueJSON {
	return colleagueJSON{c.ID, c.Name, c.Presence, instant(c.From), instant(c.Until), instant(c.FreeAt)}
}

func (f *Face) jsonPresence(w http.ResponseWriter, r *http.Request, _ floor.Customer) {
	m, err := f.moment(r)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := make([]colleagueJSON, 0, len(m.Mine))
	for _, c := range m.Mine {
		out = append(out, colleagueOnWire(c))
	}
	gate.JSON(w, http.StatusOK, out)
}

type feedJSON struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Text  string `json:"text,omitempty"`
	When  string `json:"when,omitempty"`
	Place string `json:"place,omitempty"`
}

func (f *Face) serveStream(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	err := f.Hub.Serve(w, r, stream.Stream{To: []stream.Audience{Audience(c)},
		Still: func() bool { _, ok := f.who(r); return ok }})
	if errors.Is(err, stream.ErrFull) {
		f.tooMany(w, r, stream.Beat, "Too many pages are open at once.")
	}
}
