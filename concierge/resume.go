package concierge

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"foyer/floor"
	"foyer/profile"
	"foyer/routing"
)

const (
	// Resumed is how long a visit goes on after the box has begun anew, unless
	// her phone is found again or she leaves.
	Resumed = 20 * time.Minute
	// comeBack is how long devices have to find the box again: nobody is passed
	// over, and no question ends, before.
	comeBack = 20 * time.Second
)

// Resume takes up the visits that were under way when the box ended, however it
// ended: who was asked is still asked, and by the same question. From now on
// they are kept. The roster and the shifts must be known.
func (d *Desk) Resume(now time.Time) {
	d.keeps = keepsStays
	if !d.keeps {
		return
	}
	d.loadBookings()
	if err := d.served.own(tallyBucket, &d.tallies); err != nil {
		d.log.Error("the figures of the days before are lost", "err", err)
	}
	d.resumeFloor(now)
	raws, err := d.served.stays()
	if err != nil {
		d.log.Error("visits under way are lost", "err", err)
	}
	for _, r := range raws {
		c, err := floor.ParseCustomer(r.Customer)
		if err != nil {
			continue
		}
		d.kept[c] = nil // what is there is to be written anew, or deleted
		if _, ok := d.noticeable(c); !ok || d.stays[c] != nil || now.Sub(r.At) > keptTTL || !d.mayTell(c) {
			d.emit(Event{Kind: HereChanged, At: now, Customer: c})
			continue
		}
		if p, err := d.person(c); err == nil {
			d.resume(c, p, r, now)
		}
	}
	for _, s := range d.stays {
		d.here(s, now)
	}
}

// resumeFloor takes up who was on the floor. Whose device does not come back is
// shown as away, like anybody out of reach.
func (d *Desk) resumeFloor(now time.Time) {
	all := map[string]rawAttendance{}
	if err := d.served.own(floorBucket, &all); err != nil {
		d.log.Error("who was on the floor is lost", "err", err)
	}
	for ref, r := range all {
		id, err := floor.ParseAssociate(ref)
		if _, known := d.roster[id]; err != nil || !known || d.attends(id).signedOn {
			continue
		}
		if _, on := d.onShift(id, now); !on && d.roster[id].Role != floor.RoleManager {
			continue
		}
		at := r.attendance()
		at.lastLive, at.reached = now.Add(comeBack-d.rules.Stream), true
		at.streams = d.attends(id).streams
		d.staff[id] = at
	}
}

// resume takes up one visit.
func (d *Desk) resume(c floor.Customer, p profile.Profile, r rawStay, now time.Time) {
	s := &stay{customer: c, id: r.Visit, phone: floor.NewPhone(), style: r.Style, stage: r.Stage, skill: r.Skill, opened: true,
		until: now.Add(Resumed), greeted: r.Greeted, browsed: r.Browsed, owned: r.Owned,
		history: d.allowed(c, profile.HistoryStore), place: d.allowed(c, profile.PositionsForService),
		cards: map[floor.AssociateID]Card{}, told: map[floor.AssociateID]bool{}, photo: map[floor.AssociateID]time.Time{}}
	for _, ref := range r.Told {
		if a, err := floor.ParseAssociate(ref); err == nil {
			s.told[a] = true
		}
	}
	for _, ref := range r.Servers {
		if a, err := floor.ParseAssociate(ref); err == nil {
			s.servers = append(s.servers, a)
		}
	}
	if s.forgotten = r.Forgotten; s.forgotten {
		s.history = false
	}
	d.stays[c], d.visits[s.id] = s, s
	d.profiles.Keep(c)
	d.resumeShares(s, now)
	if a, err := floor.ParseAssociate(r.Server); err == nil {
		if _, known := d.roster[a]; known && s.stage == Serving {
			s.server = a
		}
	}
	if s.stage == Serving && !s.server.Valid() {
		s.stage = Announced
	}
	if r.Task != nil {
		d.resumeTask(s, p, *r.Task, now)
	}
}

// resumeTask takes up a task in the middle of a question. The time when nobody
// could answer does not count.
func (d *Desk) resumeTask(s *stay, p profile.Profile, r rawTask, now time.Time) {
	t := &task{Task: d.taskOf(s, p, r.Urgency == routing.Requested, r.Began), ended: r.Ended}
	t.Choice = r.Choice
	for _, a := range r.Asked {
		id, err := floor.ParseAssociate(a.Associate)
		if err != nil {
			continue
		}
		if a.Ring == routing.HeadsUp && r.Choice == routing.Undecided {
			a.At = now // she could not choose meanwhile
		}
		t.Asked = append(t.Asked, routing.Asked{Associate: id, Ring: a.Ring, Outcome: a.Outcome, At: a.At, Timeout: a.Timeout})
	}
	s.task = t
	later := func(deadline time.Time) time.Time {
		if soon := now.Add(comeBack); deadline.Before(soon) {
			return soon
		}
		return deadline
	}
	if o := r.Offer; o != nil {
		if a, err := floor.ParseAssociate(o.Associate); err == nil {
			t.offer = &offer{id: o.ID, stay: s, associate: a, ring: o.Ring, created: o.Created, deadline: later(o.Deadline)}
			t.offer.relation = d.relationIn(p, s, a, now)
			d.offers[o.ID] = t.offer
		}
	}
	if h := r.HeadsUp; h != nil {
		if a, err := floor.ParseAssociate(h.Associate); err == nil {
			t.headsUp = &headsUp{id: h.ID, stay: s, associate: a, created: h.Created, deadline: later(h.Deadline)}
			d.headsUps[h.ID] = t.headsUp
		}
	}
}

// keep writes down what the events have changed of visits under way, before
// anybody is told of it: who reads a question after a crash reads the one she
// was asked, and no other is asked besides. A disk that takes nothing costs
// that, not the welcome.
func (d *Desk) keep(events []Event) {
	if !d.keeps || len(events) == 0 {
		return
	}
	changed := map[floor.Customer]*rawStay{}
	written := map[floor.Customer][]byte{}
	for _, e := range events {
		c := e.Customer
		if s := d.visits[e.Visit]; s != nil {
			c = s.customer
		}
		if _, seen := changed[c]; seen || !c.Valid() {
			continue
		}
		raw, data := d.rawOf(c)
		if old, known := d.kept[c]; bytes.Equal(old, data) && (known == (raw != nil)) && !(known && old == nil) {
			continue
		}
		if raw != nil {
			raw.At = e.At.UTC()
		}
		changed[c], written[c] = raw, data
	}
	k := kept{stays: changed, own: map[string]any{}}
	rawFloor, floorData := d.rawFloor()
	if !bytes.Equal(floorData, d.keptFloor) {
		k.own[floorBucket] = rawFloor
	}
	if !maps.EqualFunc(d.tallies, d.keptTallies, (*tally).equal) {
		k.own[tallyBucket] = d.tallies
	}
	err := d.served.keep(k)
	if failing := err != nil; failing != d.unkept {
		if d.unkept = failing; failing { // once, not for every event of a full disk
			d.log.Error("visits under way are not kept", "err", err)
		}
	}
	if err != nil {
		return
	}
	if k.own[tallyBucket] != nil {
		d.keptTallies = map[string]*tally{}
		for day, t := range d.tallies {
			clone := *t
			d.keptTallies[day] = &clone
		}
	}
	for c, data := range written {
		if d.kept[c] = data; changed[c] == nil {
			delete(d.kept, c)
		}
	}
	d.keptFloor = floorData
}

// rawOf is what is to be kept of a customer's visit, without its time.
func (d *Desk) rawOf(c floor.Customer) (*rawStay, []byte) {
	s := d.stays[c]
	if s == nil {
		return nil, nil
	}
	raw := s.raw()
	if raw == nil {
		return nil, nil
	}
	slices.Sort(raw.Told)
	data, err := json.Marshal(raw)
	if err != nil {
		d.log.Error("a visit under way is not kept", "err", err)
	}
	return raw, data
}

func (d *Desk) rawFloor() (map[string]rawAttendance, []byte) {
	out := map[string]rawAttendance{}
	for _, id := range slices.Collect(maps.Keys(d.staff)) {
		if at := d.staff[id]; at.signedOn {
			out[id.Ref()] = at.raw()
		}
	}
	data, err := json.Marshal(out)
	if err != nil {
		d.log.Error("who is on the floor is not kept", "err", err)
	}
	return out, data
}
