package staff

import (
	"errors"
	"net/http"

	"foyer/floor"
	"foyer/web/doors"
	"foyer/web/gate"
)

// technicianCookie is of whoever prepares the store. It opens the set-up's
// pages and what is wrong with the box, and no page with a person on it.
const technicianCookie = "__Host-technician"

// What the ledger calls him, and what he comes for.
const (
	technicianRole = "technician"
	forSetUp       = "set-up"
	setUpOver      = "set-up over"
)

// Technician reports whether a request is a technician's.
func (f *Face) Technician(r *http.Request) bool {
	return f.Doors.Technician(value(r, technicianCookie), f.Now())
}

// SetUpPage lets technicians and managers through to a page of another face on
// this listener; to associates it does not exist.
func (f *Face) SetUpPage(h http.HandlerFunc) http.HandlerFunc {
	return f.orTechnician(h, f.ManagerPage(h))
}

// SetUpAPI does so for what machines ask.
func (f *Face) SetUpAPI(h http.HandlerFunc) http.HandlerFunc {
	return f.orTechnician(h, f.ManagerAPI(h))
}

func (f *Face) orTechnician(h, other http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !f.Technician(r) {
			other(w, r)
			return
		}
		if wait := f.accounts.Wait("technician:", f.Now()); wait > 0 { // no associate is called so
			gate.TooMany(w, wait, "Too many requests from technicians.")
			return
		}
		h(w, r)
	}
}

func (f *Face) getTechnician(w http.ResponseWriter, r *http.Request) {
	f.show(w, http.StatusOK, "technician", pairView{Page: f.base("Set this box up", false), Code: linkCode(r)})
}

func (f *Face) postTechnician(w http.ResponseWriter, r *http.Request) {
	if f.tooMany(w, r) {
		return
	}
	err := f.letIn(w, r, r.PostFormValue("code"))
	if err == nil {
		http.Redirect(w, r, "/staff/setup", http.StatusSeeOther)
		return
	}
	v := pairView{Page: f.base("Set this box up", false), Wrong: "That code opens nothing. It works once, for ten minutes; make a new one on the box: foyer pair --role technician."}
	status := http.StatusForbidden
	if !errors.Is(err, doors.ErrClosed) {
		status, v.Wrong = http.StatusServiceUnavailable, "You cannot be let in, because it cannot be written down. Is the box's disk full? foyer doctor says so."
		f.Log.Error("let a technician in", "err", err)
	}
	f.show(w, status, "technician", v)
}

// letIn spends a technician's code. He is let in when the ledger has it.
func (f *Face) letIn(w http.ResponseWriter, r *http.Request, code string) error {
	token, err := f.Doors.AdmitTechnician(code, f.Now())
	if err != nil {
		return err
	}
	if err := f.LetIn(technicianRole, forSetUp, f.Now()); err != nil {
		return errors.Join(err, f.Doors.EndTechnician(token))
	}
	if old := value(r, technicianCookie); old != "" {
		if err := f.Doors.EndTechnician(old); err != nil {
			return err
		}
	}
	setCookie(w, technicianCookie, token, 0)
	return nil
}

func (f *Face) postTechnicianOff(w http.ResponseWriter, r *http.Request) {
	if f.Technician(r) {
		if err := errors.Join(f.Doors.EndTechnician(value(r, technicianCookie)), f.LetIn(technicianRole, setUpOver, f.Now())); err != nil {
			f.sorry(w, r, err)
			return
		}
	}
	setCookie(w, technicianCookie, "", -1)
	http.Redirect(w, r, "/staff/technician", http.StatusSeeOther)
}

// postEndTechnicians is a manager's: whoever prepares the store goes.
func (f *Face) postEndTechnicians(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	_, _, err := f.floorOf(r, a)
	if err == nil {
		err = errors.Join(f.Doors.EndTechnicians(), f.LetIn(technicianRole, setUpOver, f.Now()))
	}
	f.back(w, r, "/staff/devices", err)
}

// technicians says until when each technician's session is.
func (f *Face) technicians() (out []string, err error) {
	until, err := f.Doors.Technicians(f.Now())
	for _, t := range until {
		out = append(out, t.In(f.TimeZone).Format("15:04"))
	}
	return out, err
}

func (f *Face) jsonHealth(w http.ResponseWriter, _ *http.Request) {
	gate.JSON(w, http.StatusOK, warningsOnWire(f.Warnings()))
}

// preparing adds where codes are typed, and what a technician may reach of this
// face.
func (f *Face) preparing(t *gate.Routes, page func(method, path, who string, h handler)) {
	t.Add("GET", "/staff/pair", Anyone, f.getPair)
	t.Add("POST", "/staff/pair", Anyone, f.postPair)
	t.Add("GET", "/staff/technician", Anyone, f.getTechnician)
	t.Add("POST", "/staff/technician", Anyone, f.postTechnician)
	t.Add("POST", "/staff/technician/sign-off", Technician, f.SetUpPage(f.postTechnicianOff))
	page("POST", "/staff/technician/end", Manager, f.postEndTechnicians)
	t.Add("GET", "/v1/health", Technician, f.SetUpAPI(f.jsonHealth))
}
