package concierge

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"foyer/concierge/conduct"
	"foyer/floor"
	"foyer/profile"
	"foyer/vault"
)

const (
	askAfter  = 48 * time.Hour // how long her page asks how a visit was
	pastStays = 12 * time.Hour // how long a visit that is not to be kept can be spoken of
)

// After is a visit that she may say something of.
type After struct {
	Visit floor.VisitID
	Names []string // first names of who served her
	Ended time.Time
}

// remember takes note that somebody has served her, so that she can say how that
// was. It is written only where she lets visits be kept.
func (d *Desk) remember(s *stay, now time.Time) {
	if len(s.servers) == 0 || s.forgotten {
		return
	}
	v := conduct.Visit{Customer: s.customer.Ref(), Visit: string(s.id), Ended: now.UTC(), Kept: s.history, Browsed: s.browsed, Owned: s.owned}
	if old, ok := d.visitOf(s.customer, s.id); ok {
		v.Answer, v.Answered = old.Answer, old.Answered
	}
	for _, a := range s.servers {
		v.Served = append(v.Served, a.Ref())
	}
	if d.past[s.customer] == nil {
		d.past[s.customer] = map[floor.VisitID]conduct.Visit{}
	}
	d.past[s.customer][s.id] = v
	if !v.Kept {
		return
	}
	if err := d.conduct.Keep(s.customer, v); err != nil {
		d.log.Error("a visit is not kept", "err", err)
	}
}

// servedBy takes note of who serves her in this stay.
func (s *stay) servedBy(a floor.AssociateID) {
	if !slices.Contains(s.servers, a) {
		s.servers = append(s.servers, a)
	}
}

// visitsOf returns her visits in which she was served, the newest first.
func (d *Desk) visitsOf(c floor.Customer) []conduct.Visit {
	all := maps.Clone(d.past[c])
	if all == nil {
		all = map[floor.VisitID]conduct.Visit{}
	}
	kept, err := d.conduct.Visits(c)
	if err != nil {
		d.log.Error("read what she may say of a visit", "err", err)
	}
	for _, v := range kept {
		if _, ok := all[floor.VisitID(v.Visit)]; !ok {
			all[floor.VisitID(v.Visit)] = v
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b conduct.Visit) int { return b.Ended.Compare(a.Ended) })
}

// after is the newest visit she has said nothing of and is asked about.
func (d *Desk) after(c floor.Customer, now time.Time) *After {
	if s := d.stays[c]; s != nil && (s.server.Valid() || s.stage == Hidden) {
		return nil // she is being served, or wants nothing today
	}
	visits := d.visitsOf(c)
	if len(visits) == 0 || visits[0].Answer != "" || now.Sub(visits[0].Ended) >= askAfter {
		return nil
	}
	v := visits[0]
	a := &After{Visit: floor.VisitID(v.Visit), Ended: v.Ended}
	for _, ref := range v.Served {
		if id, err := floor.ParseAssociate(ref); err == nil && d.roster[id].Name != "" {
			a.Names = append(a.Names, d.roster[id].Name)
		}
	}
	return a
}

// Feedback is her word on the attention in one of her visits. It replaces what
// she said of it before, and is never told of that visit to anybody in the store.
func (d *Desk) Feedback(c floor.Customer, visit floor.VisitID, answer string, now time.Time) error {
	said := conduct.Answer(answer)
	if !said.Valid() {
		return fmt.Errorf("feedback %q: want just_right, too_little or too_much", answer)
	}
	v, ok := d.visitOf(c, visit)
	if !ok {
		return ErrNothing
	}
	v.Answer, v.Answered = said, now.UTC()
	if err := d.conduct.Keep(c, v); err != nil { // an answer is given to be kept
		return fmt.Errorf("feedback: %w", err)
	}
	if _, ok := d.past[c][visit]; ok {
		d.past[c][visit] = v
	}
	d.emit(Event{Kind: FeedbackGiven, At: now, Visit: visit, Customer: c, History: v.Kept, Answer: answer})
	d.emit(Event{Kind: HereChanged, At: now, Customer: c})
	return nil
}

func (d *Desk) visitOf(c floor.Customer, visit floor.VisitID) (conduct.Visit, bool) {
	for _, v := range d.visitsOf(c) {
		if v.Visit == string(visit) {
			return v, true
		}
	}
	return conduct.Visit{}, false
}

// ForgetVisit forgets a visit of hers: that it was, what she said of it, and that
// whoever served her in it has.
func (d *Desk) ForgetVisit(c floor.Customer, visit floor.VisitID, now time.Time) error {
	v, known := d.visitOf(c, visit)
	s := d.stays[c]
	going := s != nil && s.id == visit && s.opened
	if !known && !going {
		return ErrNothing
	}
	if err := d.conduct.Drop(c, string(visit)); err != nil {
		return fmt.Errorf("forget a visit: %w", err)
	}
	delete(d.past[c], visit)
	if err := d.served.drop(c, v.Served); err != nil {
		return fmt.Errorf("forget a visit: %w", err)
	}
	if going {
		s.forgotten, s.history = true, false
	}
	if v.Kept || going && d.allowed(c, profile.HistoryStore) {
		d.emit(Event{Kind: ItemCorrected, At: now, Customer: c, Item: &ItemFact{Of: "visit", ID: string(visit), Removed: true}})
	}
	d.emit(Event{Kind: HereChanged, At: now, Customer: c})
	return nil
}

// sweepPast forgets the visits that are nowhere else, and of the others that they
// were.
func (d *Desk) sweepPast(now time.Time) {
	for c, all := range d.past {
		maps.DeleteFunc(all, func(_ floor.VisitID, v conduct.Visit) bool { return now.Sub(v.Ended) >= pastStays })
		if len(all) == 0 {
			delete(d.past, c)
		}
	}
}

// tooMuch reports whether she said so of her last visit: then whoever serves her
// now is advised to less. Who served her then is not told.
func (d *Desk) tooMuch(c floor.Customer, viewer floor.AssociateID) bool {
	for _, v := range d.visitsOf(c) {
		if v.Answer != "" {
			return v.Answer == conduct.TooMuch && !slices.Contains(v.Served, viewer.Ref())
		}
	}
	return false
}

// drop forgets that associates served c, and of the others nothing, whatever
// happens meanwhile. What bbolt leaves behind goes at the next clean.
func (s *served) drop(c floor.Customer, associates []string) error {
	all, err := s.load(c)
	before := len(all)
	if err != nil {
		return err
	}
	for _, ref := range associates {
		delete(all, ref)
	}
	switch len(all) {
	case before:
		return nil
	case 0:
		return s.forgetWho(c)
	}
	key, row, err := s.row(c, all)
	if err != nil {
		return err
	}
	return s.file.Update(func(tx *vault.Tx) error {
		tx.CompactLater()
		return tx.Put(servedBucket, key, row)
	})
}

// forgetWho forgets who served a customer, and nothing else of her. What bbolt
// leaves behind goes at the next clean.
func (s *served) forgetWho(c floor.Customer) error {
	return s.file.Update(func(tx *vault.Tx) error {
		tx.CompactLater()
		return tx.Delete(servedBucket, s.keys.Index(servedBucket, c.Ref()))
	})
}
