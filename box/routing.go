package box

import (
	"foyer/config"
	"foyer/routing"
)

// routingRules are the configuration's rules of whom to ask.
func routingRules(c config.Routing) routing.Rules {
	r := routing.Defaults()
	r.ManagerTimeout, r.ManagerAfter, r.Promise, r.Reserve = c.ManagerTimeout, c.ManagerAfter, c.Promise, c.Reserve
	r.ChoiceWithin, r.Renotify, r.ReAsk, r.Loops = c.ChoiceWithin, c.Renotify, c.AskAgain, c.Loops
	r.Capacity, r.MaxUnsolicited, r.FloorHops, r.ShareCap = c.Capacity, c.Unsolicited, c.Zones, c.ShareCap
	r.RingTimeout[routing.Covers], r.RingTimeout[routing.Floor] = c.Covers, c.Floor
	r.RingTimeout[routing.Qualified], r.RingTimeout[routing.Language] = c.Qualified, c.Qualified
	w := &r.Weights
	w.Cover, w.Served, w.Language, w.Category, w.Near, w.Task, w.IdleMax = c.Cover, c.Served, c.Language, c.Category, c.Near, c.OpenTask, c.Idle
	return r
}
