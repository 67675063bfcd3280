package box

import (
	"fmt"

	"foyer/floor"
	"foyer/health"
	"foyer/locator"
)

// accusation is a warning about an access point that is not what the survey
// says.
type accusation struct {
	code    health.Code
	subject string
}

// accuse says which access points the locator no longer trusts, and takes back
// what it said of others.
func (b *store) accuse(suspects []locator.Suspect) {
	now := map[accusation]bool{}
	for _, s := range suspects {
		a := accusation{codeOf(s.Change), whereabouts(b.plan.Load(), s.AP)}
		now[a] = true
		b.health.Set(a.code, a.subject, s.Since)
	}
	for a := range b.accused {
		if !now[a] {
			b.health.Clear(a.code, a.subject)
		}
	}
	b.accused = now
}

func codeOf(c locator.Change) health.Code {
	switch c {
	case locator.Moved:
		return health.APMoved
	case locator.Repowered:
		return health.APPower
	default:
		return health.APUnheard
	}
}

// whereabouts names an access point and the zone it hangs in, so that one knows
// where to walk.
func whereabouts(plan *floor.Plan, id floor.APID) string {
	ap, level, ok := plan.AccessPoint(id)
	for i := range plan.Levels {
		l := &plan.Levels[i]
		for _, z := range l.Zones {
			if ok && l.ID == level && z.Outline.Contains(ap.At) {
				return fmt.Sprintf("%s (%s)", id, z.Name)
			}
		}
	}
	return string(id)
}
