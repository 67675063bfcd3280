package routing

import (
	"slices"
	"strings"

	"foyer/floor"
)

// unfit returns why somebody may not be asked in a ring, or "".
func (d *desk) unfit(i int, ring Ring) string {
	if why := d.unfitButAsked(i, ring); why != "" {
		return why
	}
	if d.times(d.floor.People[i].ID) > 0 {
		return "already asked"
	}
	return ""
}

// unfitButAsked holds the hard filters nobody gets round, ever.
func (d *desk) unfitButAsked(i int, ring Ring) string {
	p := &d.floor.People[i]
	if why := d.absent(p); why != "" {
		return why
	}
	switch {
	case p.Tier == floor.TierRestricted && d.task.Quiet:
		return "restricted, and the customer wants quiet service"
	case ring == Manager && p.Status == Busy:
		return "" // an escalation may interrupt
	case p.Status != Available:
		return p.Status.String()
	case ring != Manager && p.OpenTasks >= d.rules.Capacity:
		return "no capacity"
	case d.task.Urgency == Arrival && p.OffersThisHour >= d.rules.MaxUnsolicited:
		return "enough offers this hour"
	}
	return ""
}

// absent returns why somebody is out of the question, busy or not.
func (d *desk) absent(p *Person) string {
	switch {
	case !p.ID.Valid():
		return "no identifier"
	case !p.OnShift || p.Status == OffShift:
		return "off shift"
	case !p.Live:
		return "no live stream"
	case slices.Contains(d.task.Blocked, p.ID):
		return "blocked by the customer"
	case p.Tier != floor.TierStandard && p.Tier != floor.TierRestricted:
		return "untrained"
	}
	return ""
}

// occupied reports whether somebody would be asked if she were not serving.
func (d *desk) occupied(i int) bool {
	p := &d.floor.People[i]
	if d.absent(p) != "" || p.Tier == floor.TierRestricted && d.task.Quiet {
		return false
	}
	return p.Status == Busy || p.Status == Available && p.OpenTasks >= d.rules.Capacity
}

// belongs reports whether somebody is of a ring at all, asked or not.
func (d *desk) belongs(i int, ring Ring) bool {
	p, t := &d.floor.People[i], d.task
	if slices.Contains(t.Preferred, p.ID) {
		return false // she had her own ring
	}
	switch ring {
	case Covers:
		served := t.Urgency == Requested && t.Style == ApproachMe && d.served(p.ID) > 0
		return slices.Contains(t.Covers, p.ID) || served
	case Qualified:
		return p.Role != floor.RoleManager && d.speaks(p) && d.skilled(p)
	case Language:
		return p.Role != floor.RoleManager && d.speaks(p)
	case Floor:
		return p.Role != floor.RoleManager && d.hops(p) <= d.rules.FloorHops
	}
	return false
}

// speaks reports whether somebody shares a language with the customer.
func (d *desk) speaks(p *Person) bool {
	if len(d.task.Languages) == 0 {
		return true
	}
	for _, want := range d.task.Languages {
		for _, has := range p.Languages {
			if strings.EqualFold(base(want), base(has)) {
				return true
			}
		}
	}
	return false
}

// base returns the primary subtag of a BCP 47 tag: "de" of "de-CH".
func base(tag string) string {
	b, _, _ := strings.Cut(tag, "-")
	return b
}

// skilled reports whether somebody has every skill the matter takes; where it
// takes none, whether she works in that department.
func (d *desk) skilled(p *Person) bool {
	if len(d.task.Skills) == 0 {
		return d.task.Zone == "" || p.Department == d.task.Zone
	}
	for _, s := range d.task.Skills {
		if !slices.Contains(p.Skills, s) {
			return false
		}
	}
	return true
}

// hops counts the zones between somebody's department and the customer; a
// place nobody knows is next door to everybody.
func (d *desk) hops(p *Person) int {
	switch {
	case d.task.Zone == p.Department:
		return 0
	case d.task.Zone == "" || p.Department == "" || d.floor.Hops == nil:
		return 1
	}
	return d.floor.Hops(p.Department, d.task.Zone)
}
