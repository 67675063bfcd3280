package office

import (
	"maps"
	"slices"
	"time"

	"foyer/sync/wire"
)

// StoreStatus is what headquarters knows about one store.
type StoreStatus struct {
	Store     string             `json:"store"`
	Link      string             `json:"link"` // up, down; empty: never heard
	Version   string             `json:"version,omitempty"`
	Firmware  wire.FirmwareState `json:"firmware,omitzero"` // how an update stands there; zero: it never said
	Contact   time.Time          `json:"contact,omitzero"`  // when something last came
	Backlog   int                `json:"backlog"`           // events the store says it still holds
	Lost      uint64             `json:"lost"`              // events the store gave up for want of room
	Pending   int                `json:"pending"`           // documents and messages not in force yet
	Documents []DocumentStatus   `json:"documents"`
	Rejected  []wire.Rejected    `json:"rejected,omitempty"`
	Health    []wire.HealthEntry `json:"health,omitempty"`
	Refused   []wire.Refusals    `json:"refused,omitempty"` // what the store would not accept, by cause
	// Denied is what came in the store's name and was not accepted here, by cause,
	// since headquarters was started.
	Denied    []wire.Refusals `json:"denied,omitempty"`
	Ledger    wire.LedgerHead `json:"ledger,omitzero"` // the newest row of its log of who saw what
	Back      *LedgerBack     `json:"ledger_back,omitempty"`
	LineFrom  time.Time       `json:"line_from,omitzero"`  // when its certificate for the line was made
	LineUntil time.Time       `json:"line_until,omitzero"` // when its certificate for the line ends
	// NotGranted is why the last request for a certificate was not granted, by its
	// use: mqtt or lan.
	NotGranted map[string]string `json:"certificates_not_granted,omitempty"`
	Guest      string            `json:"guest_certificate,omitempty"` // why it has not been given the publicly trusted one it asked for
	Drawn      *DrawnPlan        `json:"plan_drawn,omitempty"`        // the plan in use was drawn in the store
	// Revoked says that its box is not believed any more, nor told anything.
	Revoked  bool      `json:"revoked,omitempty"`
	Replaced time.Time `json:"replaced,omitzero"` // when its box took the place of another, whose last backlog counts as lost
}

// OnTrial is the outcome of a document that changes how headquarters is reached,
// until it is kept or taken back.
const OnTrial = "on trial"

// DocumentStatus is where one retained document stands: applied, rejected, on
// trial, or empty while the store has not said.
type DocumentStatus struct {
	Kind    wire.Kind `json:"kind"`
	Rev     uint64    `json:"rev"`
	Outcome string    `json:"outcome,omitempty"`
	Reason  string    `json:"reason,omitempty"`
}

// Status returns what is known of every store, in the order of their names.
func (f *Office) Status() []StoreStatus {
	all := f.states()
	orders, err := f.orders()
	if err != nil {
		f.o.Log.Error("what stores ask for", "cause", err)
	}
	for i := range all {
		all[i].LineFrom, all[i].LineUntil = f.lineCertificate(all[i].Store)
		if o, ok := orders[all[i].Store]; ok {
			all[i].Guest = o.why(f.o.Guest != nil)
		}
	}
	return all
}

// lineCertificate returns when a store's newest certificate for the line begins and
// ends.
func (f *Office) lineCertificate(name string) (from, until time.Time) {
	all, err := IssuedTo(f.o.Dir, name)
	if err != nil {
		f.o.Log.Error("a store's certificates", "cause", err)
	}
	for _, i := range all {
		if i.Use == useMQTT && i.Revoked.IsZero() && !i.From.Before(from) {
			from, until = i.From, i.Until
		}
	}
	return from, until
}

func (f *Office) states() []StoreStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []StoreStatus
	for _, name := range slices.Sorted(maps.Keys(f.stores)) {
		s := f.stores[name]
		r := s.rec
		st := StoreStatus{Store: name, Link: r.State.Link, Version: r.State.Version, Contact: r.Contact, Backlog: r.State.Backlog,
			Lost: r.Lost, Rejected: slices.Clone(r.Rejected), Health: slices.Clone(r.State.Health), Refused: slices.Clone(r.State.Refused), Ledger: r.Ledger, Back: r.Back, Replaced: r.Replaced}
		st.Firmware, st.Revoked, st.Drawn = r.State.Firmware, s.revoked, s.drawn()
		st.NotGranted = maps.Clone(r.NotGranted)
		delete(st.NotGranted, useGuest) // Guest says it, and goes on trying
		for _, cause := range slices.Sorted(maps.Keys(f.denied[name])) {
			st.Denied = append(st.Denied, wire.Refusals{Cause: cause, Count: f.denied[name][cause]})
		}
		st.Pending = len(s.ordered) - upTo(s.ordered, r.Applied)
		for _, kind := range slices.Sorted(maps.Keys(s.docs)) {
			d := s.docs[kind]
			if d.Outcome == "" || d.Outcome == OnTrial {
				st.Pending++
			}
			st.Documents = append(st.Documents, DocumentStatus{Kind: kind, Rev: d.Rev, Outcome: d.Outcome, Reason: d.Reason})
		}
		all = append(all, st)
	}
	return all
}

// Refused returns how many messages were not accepted since the office opened.
func (f *Office) Refused() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refuse
}
