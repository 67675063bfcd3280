package staff

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/concierge/conduct"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// What a body may say instead.
var (
	errUntil   = fmt.Errorf("%w: until: want a time like 2026-12-01T00:00:00Z", gate.ErrBody)
	errVersion = fmt.Errorf("%w: version: which workshop", gate.ErrBody)
)

// conduct adds the routes of conduct: an associate's own page, and the manager's.
func (f *Face) conduct(page, api func(method, path, who string, h handler)) {
	page("GET", "/staff/conduct", Associate, f.getConduct)
	page("GET", "/staff/people", Manager, f.getPeople)
	page("POST", "/staff/people/{id}/tier", Manager, f.postTier)
	page("POST", "/staff/people/{id}/training", Manager, f.postTraining)
	api("GET", "/v1/associate/conduct", Associate, f.jsonConduct)
	api("GET", "/v1/associates", Manager, f.jsonPeople)
	api("GET", "/v1/associates/{id}/tier", Manager, f.jsonTier)
	api("PUT", "/v1/associates/{id}/tier", Manager, f.jsonSetTier)
	api("PUT", "/v1/associates/{id}/training", Manager, f.jsonTraining)
}

// standingView is one person's conduct in words.
type standingView struct {
	ID, Name         string
	Tier, Means      string // what her tier is called, and what it means
	Reason, Until    string // of a manager's decision
	By               string
	Trained          string // when, and by which workshop
	Reveals          string
	Said             string // what customers said, "" if too few did
	Grounds          []string
	Workshop         bool
	Restricted, Self bool
}

type conductView struct {
	look.Page
	Tabs tabsView
	standingView
}

type peopleView struct {
	look.Page
	Tabs   tabsView
	People []standingView
}

func (f *Face) standing(c concierge.OwnConduct) standingView {
	day := func(t time.Time) string { return t.In(f.TimeZone).Format("2 January 2006") }
	v := standingView{Workshop: c.Workshop, Reveals: capital(plural(c.Revealed, "item", "items")) + " opened with a reason in 30 days."}
	switch c.Tier {
	case floor.TierStandard:
		v.Tier, v.Means = "Standard", "Cards show what the discretion table gives."
	case floor.TierRestricted:
		v.Tier, v.Means, v.Restricted = "Restricted", "Cards give generalities, to be asked about first. Nothing opens with a reason.", true
	default:
		v.Tier, v.Means = "Before the workshop", "Cards show what a client stated herself and what she came for."
	}
	if d := c.Decision; d != nil {
		v.Reason, v.By = d.Reason, c.Manager
		if !d.Until.IsZero() {
			v.Until = day(d.Until)
		}
	}
	if t := c.Training; t != nil {
		v.Trained = "Workshop " + t.Version + ", " + day(t.At)
	}
	if s := c.Shares; s.Answers > 0 {
		v.Said = fmt.Sprintf("Clients said just right %d times in %d, too little %d, too much %d.", s.JustRight, s.Answers, s.TooLittle, s.TooMuch)
	}
	return v
}

// groundWords say why a restriction is proposed, without a number.
func groundWords(g conduct.Ground) string {
	switch g {
	case conduct.GroundTooMuch:
		return "More than one client said too much."
	case conduct.GroundReveals:
		return "Opens with a reason far more often than colleagues do."
	case conduct.GroundRefused:
		return "Wants to open more than a shift allows."
	case conduct.GroundApproached:
		return "Comes up to clients who asked to look around alone."
	case conduct.GroundUpheld:
		return "A client contested what was opened, and was right."
	}
	return ""
}

func (f *Face) ownConduct(r *http.Request, a floor.AssociateID) (c concierge.OwnConduct, t concierge.Today, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		if t, err = today(d, a, now); err == nil {
			c, err = d.OwnConduct(a, now)
		}
		return err
	})
	return c, t, err
}

func (f *Face) getConduct(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	c, t, err := f.ownConduct(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.show(w, http.StatusOK, "conduct", conductView{f.base("My conduct", true), tabsView{"me", t.Role == floor.RoleManager}, f.standing(c)})
}

func (f *Face) persons(r *http.Request, a floor.AssociateID) (people []concierge.Person, err error) {
	err = f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		people, err = d.Conduct(a, now)
		return err
	})
	return people, err
}

func (f *Face) getPeople(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	people, err := f.persons(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := peopleView{Page: f.base("People", true), Tabs: tabsView{"floor", true}}
	for _, p := range people {
		s := f.standing(p.OwnConduct)
		s.ID, s.Name, s.Self = p.ID, p.Name, p.ID == a.Ref()
		for _, g := range p.Grounds {
			s.Grounds = append(s.Grounds, groundWords(g))
		}
		v.People = append(v.People, s)
	}
	f.show(w, http.StatusOK, "people", v)
}

// setTier is a manager's word, of the one in the address.
func (f *Face) setTier(r *http.Request, a floor.AssociateID, tier floor.Tier, reason string, until time.Time) error {
	err := f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		return d.SetTier(a, r.PathValue("id"), tier, reason, until, now)
	})
	for _, e := range []error{conduct.ErrTier, conduct.ErrReason, conduct.ErrUntil} {
		if errors.Is(err, e) {
			return fmt.Errorf("%w: %w", gate.ErrBody, e)
		}
	}
	return err
}

// restriction is how long the page restricts somebody.
const restriction = 14 * 24 * time.Hour

func (f *Face) postTier(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.people(w, r, f.setTier(r, a, floor.Tier(r.PostFormValue("tier")), r.PostFormValue("reason"), f.Now().Add(restriction)))
}

func (f *Face) postTraining(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.people(w, r, f.train(r, a, r.PostFormValue("version")))
}

// people answers a form of the manager's.
func (f *Face) people(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	http.Redirect(w, r, "/staff/people", http.StatusSeeOther)
}

func (f *Face) train(r *http.Request, a floor.AssociateID, version string) error {
	if len(version) > 64 {
		return errVersion
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		if version == "" {
			if _, err := d.Conduct(a, now); err != nil {
				return err
			}
			return errVersion
		}
		return d.RecordTraining(a, r.PathValue("id"), version, now)
	})
}
