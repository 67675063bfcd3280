package concierge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"foyer/concierge/conduct"
	"foyer/concierge/drawer"
	"foyer/concierge/practice"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/ledger"
	"foyer/policy"
	"foyer/profile"
	"foyer/radio"
	"foyer/routing"
	"foyer/vault"
)

// Rules are the times of a visit as people live it.
type Rules struct {
	Grace    time.Duration // of an automatic customer, before anybody is told
	Ask      time.Duration // how long the page's question stands
	Offer    time.Duration // an associate's time to answer
	Alone    time.Duration // the same where she is the only one
	Arrival  time.Duration // a task nobody asked for passes after this
	Stream   time.Duration // an associate without a live stream is away after this
	CardLife time.Duration // a card outlives the visit by this, unless revoked
	Served   time.Duration // the relation "served" lapses after this
	WrapUp   time.Duration // for an associate after serving, before she is asked again
	Quiet    time.Duration // the longest that "do not disturb" lasts
	Routing  routing.Rules // whom to ask; Offer, Alone, Arrival and Served go before what it says of them
}

// Defaults are the rules of the specification.
func Defaults() Rules {
	return Rules{
		Grace: 20 * time.Second, Ask: 20 * time.Minute,
		Offer: 45 * time.Second, Alone: 90 * time.Second, Arrival: 5 * time.Minute,
		Stream: 10 * time.Second, CardLife: 30 * time.Minute, Served: relationTTL,
		WrapUp: 3 * time.Minute, Quiet: 30 * time.Minute, Routing: routing.Defaults(),
	}
}

// A Binder leases the radio behind a network address, and lets go of a phone or
// of everything about a grant's key. *radio.Guests is one.
type Binder interface {
	Bind(ctx context.Context, peer netip.Addr, grant radio.Grant) (floor.Phone, error)
	Release(p floor.Phone)
	Forget(key string)
}

// Options is what a Desk is made of.
type Options struct {
	Dir      string
	Keys     *vault.KeyRing
	Profiles *profile.Cache
	Ledger   *ledger.Log
	Binder   Binder
	Policy   *policy.Table
	StoreID  string         // this store, as purchases name it
	Zone     *time.Location // of the store, where days begin and end; nil is UTC
	Rules    Rules
	Log      *slog.Logger
}

// A Desk is the moving state of all visits. It belongs to one goroutine.
type Desk struct {
	profiles *profile.Cache
	words    words // the same, to be written to
	ledger   *ledger.Log
	binder   Binder
	policy   *policy.Table
	trial    *trial // of another table, or nil
	store    string
	zone     *time.Location
	rules    Rules
	stale    bool // headquarters has not been heard for too long
	served   *served
	reveals  reveals
	rota     *rota.Rota
	shared   map[floor.AssociateID]rota.Visibility // what is known of rota's settings
	conduct  *conduct.Book
	messages drawer.Drawer
	log      *slog.Logger

	roster   map[floor.AssociateID]floor.Associate
	order    []floor.AssociateID                                // the roster's order
	given    map[floor.AssociateID]floor.Tier                   // headquarters' word
	standing map[floor.AssociateID]conduct.Standing             // what is on record here
	practice map[floor.AssociateID]*practice.Shift              // who plays with made-up clients, and where she is
	past     map[floor.Customer]map[floor.VisitID]conduct.Visit // by memory: one that is not to be kept is nowhere else
	shifts   map[floor.AssociateID][]floor.Shift
	sent     sent // by headquarters, of shifts and covers
	staff    map[floor.AssociateID]*attendance
	feed     []feedItem
	hops     func(a, b floor.ZoneID) int // how near two zones are

	stays  map[floor.Customer]*stay
	phones map[floor.Phone]floor.Customer
	// followed has the keys of phones, for the goroutines of requests: what is
	// in it is the desk's to release.
	followed sync.Map
	visits   map[floor.VisitID]*stay
	offers   map[OfferID]*offer
	headsUps map[OfferID]*headsUp
	pending  []Event

	unknown   strangers // who asks for somebody without being signed in
	unwritten map[floor.Customer]unwritten
	refused   map[floor.Customer][]floor.AssociateID // what is known of who does not want to be sent to whom
	books     opened                                 // what was read of them
	lent      map[floor.Customer]bool                // who signed in on a phone that others use, too
	decided   decisions

	names map[string]once // of the roster and of earlier ones; nil until one is known

	tallies map[string]*tally // of days, by their dates

	bookings map[string]booking // of appointments, by their identifiers

	unkept bool // the disk did not take the last of it

	keeps       bool // visits under way are written down
	kept        map[floor.Customer][]byte
	keptFloor   []byte
	keptTallies map[string]*tally
}

// attendance is what the desk knows of an associate's presence: no place.
type attendance struct {
	signedOn  bool
	status    routing.PresenceStatus
	streams   int
	lastLive  time.Time
	reached   bool // she was live when her colleagues were last told
	lastOffer time.Time
	hour      []time.Time // offers of the last hour
	shift     int         // offers since she signed on
	missed    int         // in a row
	freeAt    time.Time   // her own estimate while she is busy, zero if none
	wrap      time.Time   // until when she wraps up after a visit
	quiet     time.Time   // until when she is not to be disturbed
}

// NewDesk opens desk.db in o.Dir and returns an empty desk.
func NewDesk(o Options) (*Desk, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Policy == nil {
		o.Policy = policy.Strict()
	}
	served, err := openServed(o.Dir, o.Keys, o.Log)
	if err != nil {
		return nil, fmt.Errorf("open the desk: %w", err)
	}
	opened, err := openReveals(newBook(served.file, o.Keys))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the desk: %w", err), served.Close())
	}
	return &Desk{
		profiles: o.Profiles, words: o.Profiles, ledger: o.Ledger, binder: o.Binder, policy: o.Policy,
		store: o.StoreID, zone: o.Zone, rules: o.Rules, served: served, reveals: opened, rota: rota.New(served.file, o.Keys), shared: map[floor.AssociateID]rota.Visibility{},
		conduct: conduct.New(served.file, o.Keys), messages: drawer.Of(served.file, o.Keys, messagesBucket), given: map[floor.AssociateID]floor.Tier{}, standing: map[floor.AssociateID]conduct.Standing{}, practice: map[floor.AssociateID]*practice.Shift{},
		refused: map[floor.Customer][]floor.AssociateID{}, past: map[floor.Customer]map[floor.VisitID]conduct.Visit{}, log: o.Log,
		roster: map[floor.AssociateID]floor.Associate{}, shifts: map[floor.AssociateID][]floor.Shift{},
		staff: map[floor.AssociateID]*attendance{},
		stays: map[floor.Customer]*stay{}, phones: map[floor.Phone]floor.Customer{},
		visits: map[floor.VisitID]*stay{}, offers: map[OfferID]*offer{}, headsUps: map[OfferID]*headsUp{}, tallies: map[string]*tally{}, bookings: map[string]booking{}, kept: map[floor.Customer][]byte{}, unwritten: map[floor.Customer]unwritten{}, lent: map[floor.Customer]bool{},
	}, nil
}

// Census counts what desk.db holds. It may be called from any goroutine.
func (d *Desk) Census() ([]vault.Count, error) { return d.served.file.Census() }

// Recovery says what NewDesk had to do to desk.db.
func (d *Desk) Recovery() vault.Recovery { return d.served.file.Recovery() }

// File says how desk.db is. It may be called from any goroutine.
func (d *Desk) File() vault.Stats { return d.served.file.Stats() }

// Close closes desk.db.
func (d *Desk) Close() error { return d.served.Close() }

// Events returns what happened since the last call, in order. What of it is to
// survive a crash is on the disk then.
func (d *Desk) Events() []Event {
	e := d.pending
	d.pending = nil
	d.keep(e)
	return e
}

func (d *Desk) emit(e Event) {
	d.count(e)
	d.pending = append(d.pending, e)
}

// SetRules replaces the times; running deadlines keep what they were given.
func (d *Desk) SetRules(r Rules) { d.rules = r }

// SetPlan tells which zones are near one another.
func (d *Desk) SetPlan(p *floor.Plan) { d.hops = routing.Neighbours(p) }

// SetPolicy replaces the discretion table. Cards already shown are decided
// anew, and who looks at one is told. A trial begins anew: it was against the
// table before.
func (d *Desk) SetPolicy(t *policy.Table, now time.Time) {
	d.policy = t
	if d.trial != nil {
		d.Try(d.trial.comparison.Next(), now)
	}
	for _, s := range d.stays {
		d.redecide(s, now)
	}
}

// SetStale says whether headquarters has not been heard for so long that nobody
// is to read more of a customer than a hint: what she took back elsewhere may
// not have come. Cards already shown are decided anew.
func (d *Desk) SetStale(stale bool, now time.Time) {
	if d.stale == stale {
		return
	}
	d.stale = stale
	for _, s := range d.stays {
		d.redecide(s, now)
	}
}

// SetRoster replaces the staff. Whoever is no longer on it is signed off, and
// cards are decided anew: a tier may have changed.
func (d *Desk) SetRoster(staff []floor.Associate, now time.Time) {
	d.enrol(staff, now)
	clear(d.roster)
	d.order = d.order[:0]
	for _, a := range d.withCovers(staff) {
		d.roster[a.ID] = a
		d.order = append(d.order, a.ID)
	}
	for id := range d.staff {
		if _, ok := d.roster[id]; !ok {
			d.SignOff(id, now)
			delete(d.staff, id)
		}
	}
	clear(d.shared)
	d.standings(staff, now)
	for _, s := range d.stays {
		d.redecide(s, now)
	}
}

// SetShifts replaces the schedule. What a manager changed in the store stays where
// headquarters says what it said then.
func (d *Desk) SetShifts(shifts []floor.Shift) {
	d.sent.shifts = map[floor.AssociateID][]floor.Shift{}
	for _, s := range shifts {
		d.sent.shifts[s.Associate] = append(d.sent.shifts[s.Associate], s)
	}
	d.reshift()
}

// Roster returns the staff in the roster's order.
func (d *Desk) Roster() []floor.Associate {
	out := make([]floor.Associate, 0, len(d.order))
	for _, id := range d.order {
		out = append(out, d.roster[id])
	}
	return out
}
