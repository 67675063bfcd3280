package config

import (
	"math"
	"time"
)

// Routing holds the rules by which associates are asked, all of them
// headquarters' to set.
type Routing struct {
	ManagerTimeout, ManagerAfter        time.Duration // to answer; after asking, a manager knows
	Promise, Reserve                    time.Duration // to be accepted by; of that, kept for the next one asked
	ArrivalExpires, ChoiceWithin        time.Duration
	Renotify, AskAgain                  time.Duration // between two rounds; after a busy one's estimate
	WrapUp, DoNotDisturb                time.Duration
	Covers, Qualified, Floor            time.Duration // of a ring, in all
	Loops, Capacity, Unsolicited, Zones int
	ShareCap                            float64
	Cover, Served, Language, Category   float64 // points
	Near, OpenTask, Idle                float64
}

// rawRouting is the same as it is written.
type rawRouting struct {
	ManagerTimeout string  `mapstructure:"manager_timeout"`
	ManagerAfter   string  `mapstructure:"manager_after"`
	Promise        string  `mapstructure:"promise"`
	Reserve        string  `mapstructure:"reserve"`
	ArrivalExpires string  `mapstructure:"arrival_expires"`
	ChoiceWithin   string  `mapstructure:"choice_within"`
	Renotify       string  `mapstructure:"renotify"`
	AskAgain       string  `mapstructure:"ask_again"`
	WrapUp         string  `mapstructure:"wrap_up"`
	DoNotDisturb   string  `mapstructure:"do_not_disturb"`
	RingCovers     string  `mapstructure:"ring_covers"`
	RingQualified  string  `mapstructure:"ring_qualified"`
	RingFloor      string  `mapstructure:"ring_floor"`
	Loops          float64 `mapstructure:"loops"`
	Capacity       float64 `mapstructure:"capacity"`
	Unsolicited    float64 `mapstructure:"unsolicited"`
	Zones          float64 `mapstructure:"zones"`
	ShareCap       float64 `mapstructure:"share_cap"`
	Cover          float64 `mapstructure:"points_cover"`
	Served         float64 `mapstructure:"points_served"`
	Language       float64 `mapstructure:"points_language"`
	Category       float64 `mapstructure:"points_category"`
	Near           float64 `mapstructure:"points_near"`
	OpenTask       float64 `mapstructure:"points_open_task"`
	Idle           float64 `mapstructure:"points_idle"`
}

// defaultRouting are the values of the specification.
func defaultRouting() rawRouting {
	return rawRouting{
		ManagerTimeout: "60s", ManagerAfter: "3m", Promise: "60s", Reserve: "30s", ArrivalExpires: "5m", ChoiceWithin: "60s",
		Renotify: "2m", AskAgain: "5m", WrapUp: "3m", DoNotDisturb: "30m", RingCovers: "2m", RingQualified: "2m", RingFloor: "1m",
		Loops: 2, Capacity: 1, Unsolicited: 8, Zones: 2, ShareCap: 1.5,
		Cover: 40, Served: 30, Language: 20, Category: 15, Near: 10, OpenTask: -10, Idle: 15,
	}
}

// routingLimits are the least and the most of a duration of the rules. A manager
// hears of every request: that can be hastened, not put off.
func routingLimits(key string) (least, most time.Duration, ok bool) {
	switch key {
	case "routing.manager_timeout":
		return 10 * time.Second, 5 * time.Minute, true
	case "routing.manager_after":
		return 30 * time.Second, 3 * time.Minute, true
	case "routing.promise", "routing.reserve":
		return 0, 5 * time.Minute, true
	case "routing.arrival_expires", "routing.renotify":
		return 30 * time.Second, 30 * time.Minute, true
	case "routing.choice_within":
		return 20 * time.Second, 5 * time.Minute, true
	case "routing.ask_again", "routing.wrap_up":
		return 0, 30 * time.Minute, true
	case "routing.do_not_disturb":
		return time.Minute, 30 * time.Minute, true
	case "routing.ring_covers", "routing.ring_qualified", "routing.ring_floor":
		return 10 * time.Second, 10 * time.Minute, true
	}
	return 0, 0, false
}

// routing checks the rules.
func (f *faults) routing(r rawRouting, o Offer) Routing {
	d := func(key, text string) time.Duration { return f.duration("routing."+key, text) }
	n := func(key string, v, lo, hi float64) float64 { return f.within("routing."+key, v, lo, hi) }
	whole := func(key string, v, lo, hi float64) int {
		if n(key, v, lo, hi); v != math.Trunc(v) {
			f.add("routing."+key, "%v is not a whole number", v)
		}
		return int(v)
	}
	out := Routing{
		ManagerTimeout: d("manager_timeout", r.ManagerTimeout), ManagerAfter: d("manager_after", r.ManagerAfter),
		Promise: d("promise", r.Promise), Reserve: d("reserve", r.Reserve),
		ArrivalExpires: d("arrival_expires", r.ArrivalExpires), ChoiceWithin: d("choice_within", r.ChoiceWithin),
		Renotify: d("renotify", r.Renotify), AskAgain: d("ask_again", r.AskAgain),
		WrapUp: d("wrap_up", r.WrapUp), DoNotDisturb: d("do_not_disturb", r.DoNotDisturb),
		Covers: d("ring_covers", r.RingCovers), Qualified: d("ring_qualified", r.RingQualified), Floor: d("ring_floor", r.RingFloor),
		Loops: whole("loops", r.Loops, 1, 10), Capacity: whole("capacity", r.Capacity, 1, 5),
		Unsolicited: whole("unsolicited", r.Unsolicited, 0, 60), Zones: whole("zones", r.Zones, 0, 20),
		ShareCap: n("share_cap", r.ShareCap, 1, 5),
		Cover:    n("points_cover", r.Cover, 0, 100), Served: n("points_served", r.Served, 0, 100),
		Language: n("points_language", r.Language, 0, 100), Category: n("points_category", r.Category, 0, 100),
		Near: n("points_near", r.Near, 0, 100), OpenTask: n("points_open_task", r.OpenTask, -100, 0), Idle: n("points_idle", r.Idle, 0, 100),
	}
	if out.ArrivalExpires < o.Timeout || out.ManagerAfter < o.Timeout {
		f.add("routing.manager_after", "%s, and arrival_expires, %s: each at least offer.timeout, %s", out.ManagerAfter, out.ArrivalExpires, o.Timeout)
	}
	if out.Promise > 0 && out.Promise < out.Reserve+10*time.Second {
		f.add("routing.promise", "%s is not 10s longer than routing.reserve, %s; write 0s for none", out.Promise, out.Reserve)
	}
	return out
}
