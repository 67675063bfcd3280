package staff

import (
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/health"
	"foyer/web/gate"
)

type floorJSON struct {
	OnShift   []personJSON         `json:"on_shift"`
	Waiting   []waitingJSON        `json:"waiting"`
	Occupancy map[floor.ZoneID]int `json:"occupancy"` // at least so many, by fives; a zone with fewer than five is not in it
	Warnings  []warningJSON        `json:"warnings"`
}

type personJSON struct {
	ID       string               `json:"id"`
	Name     string               `json:"name"`
	Presence concierge.Presence   `json:"presence"`
	Until    *time.Time           `json:"until,omitempty"`
	State    concierge.FloorState `json:"state"`
	StandIn  bool                 `json:"expected_to_take_longer,omitempty"`
}

type waitingJSON struct {
	Visit   floor.VisitID `json:"visit"`
	Since   time.Time     `json:"since"`
	Asked   int           `json:"asked"`
	Zone    floor.ZoneID  `json:"zone,omitempty"`
	Ring    int           `json:"ring"` // of whom is being asked, -1: nobody
	StandIn bool          `json:"expected_to_take_longer,omitempty"`
}

type warningJSON struct {
	Code     health.Code `json:"code"`
	Severity string      `json:"severity"`
	Since    time.Time   `json:"since"`
	Text     string      `json:"text"`
	Cure     string      `json:"cure"`
}

func warningsOnWire(list []health.Warning) []warningJSON {
	out := []warningJSON{}
	for _, x := range list {
		out = append(out, warningJSON{x.Code, x.Severity.String(), x.Since.UTC(), x.Text, x.Cure})
	}
	return out
}

func (f *Face) jsonFloor(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	fl, _, err := f.floorOf(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := floorJSON{OnShift: []personJSON{}, Waiting: []waitingJSON{}, Occupancy: f.fullness(f.Plan()), Warnings: warningsOnWire(f.Warnings())}
	for _, c := range fl.OnShift {
		p := personJSON{ID: c.ID, Name: c.Name, Presence: c.Presence, State: c.State, StandIn: c.StandIn}
		if !c.Until.IsZero() {
			t := c.Until.UTC()
			p.Until = &t
		}
		out.OnShift = append(out.OnShift, p)
	}
	for _, x := range fl.Waiting {
		zone, _ := f.waitsAt(x)
		out.Waiting = append(out.Waiting, waitingJSON{x.Visit, x.Since.UTC(), x.Asked, zone, x.Ring, x.StandIn})
	}
	gate.JSON(w, http.StatusOK, out)
}
