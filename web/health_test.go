package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"foyer/floor"
	"foyer/health"
	"foyer/web/setup"
)

// The manager's page of health has a cure beside each trouble, how old each access
// point's and each sensor's word is, and how an update stands.
func TestThePageOfHealth(t *testing.T) {
	h := newHouse(t)
	jonas := h.signOn("jonas", "8024")
	jonas.page("/staff/health", "All is well", "There is no floor plan yet.")
	h.must(h.drawing.Use(t.Context(), associate("jonas"), must(floor.Example().JSON())))
	now := h.now()
	aps := floor.Example().Levels[0].AccessPoints
	heard := []setup.AccessPoint{{ID: aps[0].ID, Last: now.Add(-36 * time.Minute)}}
	for _, a := range aps[2:] {
		heard = append(heard, setup.AccessPoint{ID: a.ID, Last: now.Add(-8 * time.Second)})
	}
	h.mu.Lock()
	h.warnings = []health.Warning{{Code: health.APSilent, Severity: health.NeedsYou, Since: now.Add(-36 * time.Minute), Text: "Access point 01 is silent.", Cure: "Check its cable."},
		{Code: health.HQAway, Severity: health.Watch, Since: now.Add(-26 * time.Hour), Text: "Headquarters is away.", Cure: "Call support."}}
	h.prepared = setup.Progress{Heard: heard, ClockSure: true, Headquarters: setup.Headquarters{Configured: true, Contact: now.Add(-26 * time.Hour)}}
	h.well = setup.Health{Version: "1.4.2", Started: now.Add(-41 * 24 * time.Hour), Waiting: 214,
		Sensors: []setup.Sensor{{ID: "controller", Last: now.Add(-time.Second), PerMinute: 1200}, {ID: "old-agent", Last: now.Add(-2 * time.Hour)}, {ID: "broken", Fails: "its address is not one"}},
		Update:  &setup.Update{Wanted: "1.5.0", State: "Version 1.5.0 is being downloaded", Percent: 37, Held: "It goes on by itself."}}
	h.mu.Unlock()
	page := jonas.page("/staff/health", "Two things to look at", "Access point 01 is silent.", "Since 13:26.", "Check its cable.", "Since 20 November, 12:02.", "214 events wait to be told",
		"Version 1.5.0 is being downloaded", `value="37"`, "37 %", "It goes on by itself.", "36 min ago", "never heard", "8 s ago", "1200 reports a minute",
		"Silent since 12:02", "Its address is not one", "1.4.2", "41 days", "The clock is right", `class="ap off"`)
	if first := strings.Index(page, "never heard"); first > strings.Index(page, "36 min ago") || first > strings.Index(page, "8 s ago") {
		t.Error("the access point that is silent longest does not come first")
	}
	if strings.Contains(page, "Headquarters is reached") {
		t.Error("what is not so is said to be well")
	}
	if r := h.signOn("ana", "4711").get("/staff/health"); r.StatusCode != http.StatusNotFound {
		t.Errorf("an associate: %s", r.Status)
	}
}
