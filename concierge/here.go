package concierge

import (
	"slices"
	"sort"
	"strings"
	"time"

	"foyer/floor"
	"foyer/ledger"
	"foyer/profile"
)

// feedItem is a thing to read with what it is about.
type feedItem struct {
	FeedItem
	interests []string
}

// Content is what the store tells everybody; Interests rank it for those who
// asked for that. What Begins on a day is not told any more on the next.
type Content struct {
	FeedItem
	Interests []string
}

// SetContent replaces the feed.
func (d *Desk) SetContent(items []Content, now time.Time) {
	d.feed = d.feed[:0]
	for _, c := range items {
		d.feed = append(d.feed, feedItem{c.FeedItem, c.Interests})
	}
	for _, s := range d.stays {
		d.here(s, now)
	}
}

// Stranger is the page of somebody who has not signed in: the feed, and
// nothing else.
func (d *Desk) Stranger(now time.Time) Here {
	return Here{Stage: Away, Visibility: AskEachVisit, Feed: d.feedFor(nil, now)}
}

// Languages are a customer's own, the best first, as headquarters has them.
func (d *Desk) Languages(c floor.Customer) []string {
	p, err := d.profiles.Get(c)
	if err != nil {
		return nil
	}
	return p.Languages
}

// Hold has a customer's profile opened once for all that is asked of her until let
// is called, in the same turn.
func (d *Desk) Hold(c floor.Customer) (let func()) { return d.profiles.Hold(c) }

// Here is a customer's own page of this moment.
func (d *Desk) Here(c floor.Customer, now time.Time) Here {
	p, err := d.profiles.Get(c)
	if err != nil {
		return d.Stranger(now)
	}
	h := Here{Stage: Away, Visibility: Visibility(p.Visibility), Languages: p.Languages}
	var interests []string
	if d.allowed(c, profile.ContentPersonal) {
		interests = p.Interests
	}
	h.Feed, h.Personal = d.feedFor(interests, now), len(interests) > 0
	for _, a := range d.preferredOf(p) {
		h.Mine = append(h.Mine, d.shownTo(c, a, now))
	}
	h.Gone = d.gone(p)
	h.Fresh, h.Suspended = d.unread(c)
	if h.MayTell = d.mayTell(c); h.MayTell {
		h.Ask = firstIn(h.Mine)
	}
	h.After, h.Messages = d.after(c, now), d.Messages(c, now)
	s := d.stays[c]
	if s == nil {
		return h
	}
	h.InStore, h.Stage, h.Deadline, h.Style = true, s.stage, s.deadline, s.style
	if s.stage == Hidden || s.stage == Away {
		return h
	}
	h.Visit = s.id
	h.Manager = d.managerIn(now)
	h.Options = d.alternatives(s, now)
	h.Asks = d.Asks(c, now)
	h.Topics = d.Topics(c, now)
	d.moment(&h, s)
	return h
}

// managerIn reports whether a manager would see who waits.
func (d *Desk) managerIn(now time.Time) bool {
	for _, id := range d.order {
		at := d.attends(id)
		if d.roster[id].Role == floor.RoleManager && at.signedOn && d.live(at, now) {
			return true
		}
	}
	return false
}

// moment fills in who knows and who comes.
func (d *Desk) moment(h *Here, s *stay) {
	if s.server.Valid() {
		h.Coming, h.Greeted = d.roster[s.server].Name, s.greeted
	}
	if t := s.task; t != nil && s.stage != Serving {
		h.Asking = t.requested() && !t.ended
		h.Nobody = t.requested() && t.ended
		h.Routing = !t.ended
	}
	if !s.opened {
		return
	}
	for _, id := range d.order {
		if s.told[id] {
			h.Told = append(h.Told, d.roster[id].Name)
		}
	}
}

// firstIn is the associate the page asks about: the first who is in and free,
// else the first who is in.
func firstIn(mine []Colleague) string {
	for _, want := range []Presence{InNow, Busy} {
		for _, c := range mine {
			if c.Presence == want {
				return c.Name
			}
		}
	}
	return ""
}

// feedFor ranks the feed by stated interests, the most of them first, and keeps
// the store's order otherwise and among equals: the same for the same interests.
func (d *Desk) feedFor(interests []string, now time.Time) []FeedItem {
	score := func(f feedItem) (n int) {
		for _, i := range f.interests {
			if slices.ContainsFunc(interests, func(hers string) bool { return strings.EqualFold(hers, i) }) {
				n++
			}
		}
		return n
	}
	over := func(f feedItem) bool { return !f.Begins.IsZero() && f.Begins.Before(now) && !d.sameDay(f.Begins, now) }
	ranked := slices.DeleteFunc(slices.Clone(d.feed), over)
	sort.SliceStable(ranked, func(i, j int) bool { return score(ranked[i]) > score(ranked[j]) })
	out := make([]FeedItem, len(ranked))
	for i, f := range ranked {
		out[i] = f.FeedItem
	}
	return out
}

// Dossier is what a customer reads about herself, in one of her languages.
func (d *Desk) Dossier(c floor.Customer, now time.Time, languages ...string) Dossier {
	var out Dossier
	consents, err := d.profiles.Consents(c)
	if err != nil {
		return out
	}
	out.Notice = d.Notice(languages...)
	reach := map[string]Reach{}
	for _, l := range d.Reaches(c) {
		reach[l.Purpose] = l.Reach
	}
	for _, p := range profile.Purposes() {
		out.Consents = append(out.Consents, d.consentLine(p, consents[p], reach[string(p)], languages))
	}
	rows, err := d.ledger.Of(c)
	if err != nil {
		d.log.Error("read the ledger", "err", err)
		return out
	}
	opened, err := d.reveals.of(c)
	if err != nil {
		d.log.Error("read what was opened", "err", err)
	}
	for i := len(rows) - 1; i >= 0; i-- {
		r := rows[i]
		who, department := r.Role, floor.ZoneID("")
		if a, ok := d.roster[r.Viewer]; ok {
			who, department = a.Name, a.Department
		}
		out.Accesses = append(out.Accesses, AccessLine{At: r.At, Who: who, Department: department, Relation: r.Relation, Purpose: r.Purpose, Reason: r.Reason,
			Classes: classes(r.Items), ID: accessID(r.Seq)})
		if x, ok := opened[r.Seq]; ok {
			l := &out.Accesses[len(out.Accesses)-1]
			l.Opened, l.Text, l.State = x.Unit.words(), x.Text, x.stateAt(now)
			l.Contestable = x.State == RevealActive || x.State == RevealStopped
		}
	}
	return out
}

// classes names the kinds of items of an access, each once, in words. An
// item's identifier begins with its kind.
func classes(items []ledger.Item) []string {
	words := map[string]string{
		"address": "Your name", "photo": "Your picture", "service_items": "What you came for", "stated": "What you told us", "wishes": "Your wishes",
		"affinity": "What you like in general", "notes": "Notes", "handoff": "Notes", "shared_words": "What you told us"}
	var out []string
	for _, it := range items {
		kind, _, _ := strings.Cut(it.ID, "/")
		w, ok := words[kind]
		if !ok {
			w = "What you bought"
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
