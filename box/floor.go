package box

import (
	"fmt"
	"os"
	"path/filepath"

	"foyer/floor"
	"foyer/health"
	"foyer/locator"
	"foyer/locator/survey"
	"foyer/radio"
	"foyer/sync/wire"
	"foyer/visit"
)

// Where a floor plan may come from, as warnings call it.
const (
	planDrawn    = "the one drawn here"
	planLastGood = "headquarters' last one"
	planPrevious = "headquarters' previous one"
	planFile     = "the one in the configuration"
)

// firstFloor returns the floor to begin with: the one drawn here if headquarters
// has sent none since, else its last good plan, else its previous one, else the
// file's. What cannot be used is said and does
// not keep the store closed; without any plan nobody is located.
func (b *store) firstFloor() (newPlace, bool) {
	for _, from := range plans() {
		data, err := b.planOf(from)
		if err == nil && data == nil {
			continue
		}
		var next newPlace
		if err == nil {
			next, err = b.readFloor(data)
		}
		if err == nil {
			return next, true
		}
		b.log.Error("floor plan not in force", "plan", from, "err", err)
		b.health.Set(health.PlanRefused, from, b.in.Now())
	}
	return newPlace{}, false
}

// plans are where a floor plan may come from, the best first.
func plans() []string { return []string{planDrawn, planLastGood, planPrevious, planFile} }

// planInForce clears what was said of plans that could not be used.
func (b *store) planInForce() {
	for _, from := range plans() {
		b.health.Clear(health.PlanRefused, from)
	}
}

// planOf returns a plan as it was written, nil if there is none.
func (b *store) planOf(from string) (data []byte, err error) {
	switch {
	case from == planDrawn:
		data, err = b.drawnPlan()
	case from == planLastGood && b.link != nil:
		data, _ = b.link.LastGood(wire.DownPlan)
	case from == planPrevious && b.link != nil:
		data, _ = b.link.Previous(wire.DownPlan)
	case from == planFile && b.in.Config.Plan != "":
		data, err = os.ReadFile(b.in.Config.Plan)
	}
	return data, err
}

// readFloor makes a floor of a plan as it was written.
func (b *store) readFloor(data []byte) (newPlace, error) {
	plan, err := floor.ParsePlan(data)
	if err != nil {
		return newPlace{}, err
	}
	return b.newFloor(plan)
}

// radioMap returns the surveyed map, that of a walk on this box before the one
// in the configuration, or one made of the plan alone: places are rough then,
// and that is said.
func (b *store) radioMap(plan *floor.Plan) *locator.Map {
	for _, file := range []string{b.walkedMap(), b.config.Load().Survey} {
		if file == "" {
			continue
		}
		m, err := readMap(file)
		if err == nil {
			b.health.Clear(health.SurveyMissing, "")
			return m
		}
		b.log.Error("survey not in force", "err", err)
	}
	b.health.Set(health.SurveyMissing, "", b.in.Now())
	return survey.MapFromPlan(plan)
}

// walkedMap is the file of the map that was walked on this box, "" for none.
func (b *store) walkedMap() string {
	file := filepath.Join(b.in.Config.Data, fileMap)
	if _, err := os.Stat(file); err != nil {
		return ""
	}
	return file
}

func readMap(file string) (*locator.Map, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open the radio map: %w", err)
	}
	defer f.Close()
	m, err := survey.ReadMap(f)
	if err != nil {
		return nil, fmt.Errorf("read the radio map %s: %w", file, err)
	}
	return m, nil
}

// newPlace is what a floor plan brings about.
type newPlace struct {
	plan    *floor.Plan
	locator *locator.Locator
	book    *visit.Book
	aliases *radio.Aliases
}

// newFloor makes everything that depends on the plan.
func (b *store) newFloor(plan *floor.Plan) (newPlace, error) {
	c := b.config.Load()
	loc, err := locator.New(plan, b.radioMap(plan), locator.Options{Cell: floor.Metre(c.Locator.Cell), Margin: floor.Metre(c.Locator.Margin), Watch: true})
	if err != nil {
		return newPlace{}, err
	}
	r := visit.Defaults()
	r.Arrive, r.Silence, r.ReEntry = c.Visit.ArrivalMinInside, c.Visit.Silence, c.Visit.Reentry
	r.ZoneEnter, r.ZoneLeave = c.Visit.ZoneEnter, c.Visit.ZoneLeave
	book, err := visit.New(plan, r)
	if err != nil {
		return newPlace{}, err
	}
	names, err := radio.NewAliases(plan)
	if err != nil {
		return newPlace{}, err
	}
	return newPlace{plan, loc, book, names}, nil
}

// putFloor puts a floor in force. Visits go on; positions begin anew.
func (b *store) putFloor(n newPlace) {
	if b.flow.book == nil {
		b.flow.book = n.book
	} else if err := b.flow.book.Replan(n.plan); err != nil {
		b.flow.book = n.book
	}
	b.flow.locator = n.locator
	b.desk.SetPlan(n.plan)
	b.aliases.Store(n.aliases)
	b.plan.Store(n.plan)
	b.health.Clear(health.PlanMissing, "")
}
