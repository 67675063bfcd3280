package staff

import (
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/concierge/conduct"
	"foyer/floor"
	"foyer/web/gate"
)

// conductJSON is one person's conduct. Feedback is null where too few customers
// answered.
type conductJSON struct {
	ID       string           `json:"id,omitempty"`
	Name     string           `json:"name,omitempty"`
	Tier     floor.Tier       `json:"tier"`
	Reason   string           `json:"reason,omitempty"`
	Until    *time.Time       `json:"until,omitempty"`
	Training *trainingJSON    `json:"training"`
	Revealed int              `json:"revealed"`
	Feedback *conduct.Shares  `json:"feedback"`
	Proposed []conduct.Ground `json:"proposed,omitempty"`
}

type trainingJSON struct {
	Version string    `json:"version"`
	At      time.Time `json:"at"`
}

func conductOnWire(c concierge.OwnConduct) conductJSON {
	out := conductJSON{Tier: c.Tier, Revealed: c.Revealed}
	if d := c.Decision; d != nil {
		out.Reason = d.Reason
		if !d.Until.IsZero() {
			t := d.Until.UTC()
			out.Until = &t
		}
	}
	if t := c.Training; t != nil {
		out.Training = &trainingJSON{t.Version, t.At.UTC()}
	}
	if c.Shares.Answers > 0 {
		out.Feedback = &c.Shares
	}
	return out
}

func personOnWire(p concierge.Person) conductJSON {
	out := conductOnWire(p.OwnConduct)
	out.ID, out.Name, out.Proposed = p.ID, p.Name, p.Grounds
	return out
}

func (f *Face) jsonConduct(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	c, _, err := f.ownConduct(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, conductOnWire(c))
}

func (f *Face) jsonPeople(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	people, err := f.persons(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := []conductJSON{}
	for _, p := range people {
		out = append(out, personOnWire(p))
	}
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) jsonTier(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	people, err := f.persons(r, a)
	if err == nil {
		err = concierge.ErrNothing
		for _, p := range people {
			if p.ID == r.PathValue("id") {
				gate.JSON(w, http.StatusOK, personOnWire(p))
				return
			}
		}
	}
	f.answer(w, r, err)
}

func (f *Face) jsonSetTier(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Tier   floor.Tier `json:"tier"`
		Reason string     `json:"reason"`
		Until  string     `json:"until"`
	}
	err := gate.Read(r, &body)
	var until time.Time
	if err == nil && body.Until != "" {
		if until, err = time.Parse(time.RFC3339, body.Until); err != nil {
			err = errUntil
		}
	}
	if err == nil {
		err = f.setTier(r, a, body.Tier, body.Reason, until)
	}
	f.answer(w, r, err)
}

func (f *Face) jsonTraining(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	var body struct {
		Version string `json:"version"`
	}
	err := gate.Read(r, &body)
	if err == nil {
		err = f.train(r, a, body.Version)
	}
	f.answer(w, r, err)
}
