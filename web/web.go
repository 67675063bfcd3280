// Package web is the faces of the box: the customer's, the associates' and
// the manager's, each on a listener of its own. It hides HTTP, TLS, sessions
// and live pages from the rest of the house.
//
// It never knows a profile, a position or an address of a radio: it shows what
// concierge has already decided, to the one it was decided for, and names
// nobody in an address, a title or a log.
package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/health"
	"foyer/vault"
	"foyer/web/contract"
	"foyer/web/doors"
	"foyer/web/gate"
	"foyer/web/guest"
	"foyer/web/setup"
	"foyer/web/staff"
	"foyer/web/stream"
)

// A Door lets customers in. Its methods run on the goroutines of requests.
type Door interface {
	Redeem(ctx context.Context, code string, now time.Time) (floor.Customer, error)
	CheckIn(ctx context.Context, c floor.Customer, peer netip.Addr, now time.Time) error
	Erasure(proof string) (concierge.Erasure, error)
	SetPhoto(c floor.Customer, file []byte, now time.Time) error
	OwnPhoto(c floor.Customer) ([]byte, error)
	DropPhoto(c floor.Customer) error
	Receipts(c floor.Customer) ([]concierge.Receipt, error)
	Copy(c floor.Customer, m concierge.Moment, sessions []concierge.CopySession, now time.Time) (concierge.Copy, error)
	ListedBy(a floor.AssociateID, role floor.Role, search string, now time.Time) (some []concierge.Lister, more bool, err error)
}

// Rights does what a customer may ask for of what is kept about her, beyond a
// visit. It runs on the goroutines of requests.
type Rights interface {
	// Forget erases her and returns the proof. It is finished even if the
	// request ends before.
	Forget(c floor.Customer) (proof string, err error)
}

// Zones knows where a visit is, as far as it may be shown: nothing after she
// has been greeted. It may be called from any goroutine.
type Zones interface {
	Zone(v floor.VisitID) (floor.ZoneID, bool)
}

// Phones knows of the phone at the other end of a connection whether it is
// noticed, and ends that, for whoever is not signed in. It may be called from any
// goroutine.
type Phones interface {
	Noticed(ctx context.Context, peer netip.Addr) bool
	Unnotice(ctx context.Context, peer netip.Addr) (was bool, err error)
}

// A LetIn writes to the ledger that somebody without a name was let in or has
// gone; what cannot be written lets nobody in. It may be called from any
// goroutine.
type LetIn func(role, purpose string, now time.Time) error

// Options is what the faces are made of.
type Options struct {
	Guest, Staff           net.Listener
	GuestTLS, StaffTLS     *tls.Config
	GuestHosts, StaffHosts []string // host names and addresses answered to, without port
	Dir                    string   // of doors.db
	Keys                   *vault.KeyRing
	Loop                   concierge.Loop
	Door                   Door
	Rights                 Rights
	Passes                 func(token string, now time.Time) (guest.Pass, error) // reads what headquarters signed for an app; nil: nobody signs
	Zones                  Zones
	Phones                 Phones
	Occupancy              func() map[floor.ZoneID]int // of zones, from five people on and by fives; nil: nobody counts
	Plan                   func() *floor.Plan          // nil as long as there is none
	Drafting               setup.Drafting              // of the floor plan, by managers
	Surveying              setup.Surveying             // of the floor, by managers
	Progress               func() setup.Progress
	Health                 func() setup.Health // how the box is, for its manager; nil: nothing is known
	StoreName              string
	TimeZone               *time.Location          // nil is UTC
	Languages              []string                // BCP 47, of the store; the first is spoken to customers who want none that there is
	Now                    func() time.Time        // the store's clock
	Log                    *slog.Logger            // nil discards
	ClockSure              func() bool             // nothing is deleted for its age while it is false; nil: always true
	Warnings               func() []health.Warning // nil: nothing is ever wrong
	Flushed                func(concierge.Event)   // once, when an event was first flushed, on a stream's goroutine; nil ok
	Running                func() guest.Running    // what the configuration does, for the privacy page; nil: nothing is said of it
	Hooks                  []Hook                  // what vendors' clouds post, on the customers' listener
	Security               string                  // whom to write to who has found a weakness; "": nobody
	Beat                   time.Duration           // between two signs of life of an associate's page; 0 is stream.Beat
	LetIn                  LetIn                   // writes to the ledger that a technician came or went
	HSTS                   bool                    // browsers trust the certificates, and are to insist on them
}

// A Server is the faces of one box.
type Server struct {
	o                    Options
	doors                *doors.Doors
	guest                *guest.Face
	staff                *staff.Face
	guestHub, staffHub   *stream.Hub
	guestFace, staffFace *face
}

// Open opens doors.db and makes the faces; Run serves them.
func Open(o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("open the faces: %w", err)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.TimeZone == nil {
		o.TimeZone = time.UTC
	}
	if o.ClockSure == nil {
		o.ClockSure = func() bool { return true }
	}
	if o.Passes == nil {
		o.Passes = func(string, time.Time) (guest.Pass, error) { return guest.Pass{}, guest.ErrPassSigner }
	}
	if o.Warnings == nil {
		o.Warnings = func() []health.Warning { return nil }
	}
	if o.Occupancy == nil {
		o.Occupancy = func() map[floor.ZoneID]int { return nil }
	}
	if o.Health == nil {
		o.Health = func() setup.Health { return setup.Health{Warnings: o.Warnings()} }
	}
	o.Plan = planned(o.Plan)
	d, err := doors.Open(o.Dir, o.Keys, o.Log)
	if err != nil {
		return nil, fmt.Errorf("open the faces: %w", err)
	}
	s := &Server{o: o, doors: d, guestHub: stream.NewHub(), staffHub: stream.NewHub()}
	if err := s.make(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the faces: %w", err), d.Close())
	}
	return s, nil
}

// planned is a plan that is there: before the first has come, one without
// zones.
func planned(plan func() *floor.Plan) func() *floor.Plan {
	return func() *floor.Plan {
		if p := plan(); p != nil {
			return p
		}
		return new(floor.Plan)
	}
}

func (o Options) check() error {
	switch {
	case o.Guest == nil || o.Staff == nil:
		return errors.New("a listener is missing")
	case o.GuestTLS == nil || o.StaffTLS == nil:
		return errors.New("a TLS configuration is missing: the faces speak nothing else")
	case len(o.GuestHosts) == 0 || len(o.StaffHosts) == 0:
		return errors.New("the host names a face answers to are missing")
	case o.Drafting == nil || o.Surveying == nil || o.Progress == nil:
		return errors.New("what prepares the store is missing: drafting, surveying and progress are all needed")
	case o.LetIn == nil:
		return errors.New("what writes who was let in is missing")
	case o.Keys == nil || o.Loop == nil || o.Door == nil || o.Rights == nil || o.Zones == nil || o.Phones == nil || o.Plan == nil || o.Now == nil:
		return errors.New("keys, loop, door, rights, zones, phones, plan and clock are all needed")
	}
	return nil
}

// make makes both faces, each behind a gate of its own.
func (s *Server) make() (err error) {
	o := s.o
	s.guest, err = guest.New(guest.Options{Loop: o.Loop, Door: o.Door, Rights: o.Rights, Zones: o.Zones, Plan: o.Plan, Doors: s.doors,
		Passes: o.Passes, Phones: o.Phones, ClockSure: o.ClockSure, Hub: s.guestHub, StoreName: o.StoreName, Languages: o.Languages, Running: o.Running, TimeZone: o.TimeZone, Now: o.Now, Log: o.Log})
	if err != nil {
		return err
	}
	s.staff, err = staff.New(staff.Options{Loop: o.Loop, Door: o.Door, Zones: o.Zones, Plan: o.Plan, Doors: s.doors, Hub: s.staffHub,
		Warnings: o.Warnings, LetIn: o.LetIn, Occupancy: o.Occupancy, StoreName: o.StoreName, TimeZone: o.TimeZone, Beat: o.Beat, Now: o.Now, Log: o.Log})
	if err != nil {
		return err
	}
	outside := s.gate(o.GuestHosts, s.guest.Refuse)
	outside.Large, outside.Say = s.large, s.guest.Say
	here := s.guest.Routes()
	if err := describe(here, contract.Guest, guest.Anyone); err != nil {
		return err
	}
	here.Add("GET", "/captive-portal", guest.Anyone, gate.Captive("/here"))
	here.Add("GET", "/.well-known/security.txt", guest.Anyone, gate.Security(o.Security, o.Now))
	s.guestFace = newFace("guest", o.Guest, o.GuestTLS, outside, here, o.Hooks...)
	inside, routes := s.gate(o.StaffHosts, s.staff.Refuse), s.staff.Routes()
	routes.Add("GET", "/.well-known/security.txt", staff.Anyone, gate.Security(o.Security, o.Now))
	f, err := setup.New(setup.Options{Drafting: o.Drafting, Surveying: o.Surveying, Progress: o.Progress, Health: o.Health, Page: s.staff.SetUpPage, API: s.staff.SetUpAPI, Technician: s.staff.Technician,
		StoreName: o.StoreName, TimeZone: o.TimeZone, Now: o.Now, Log: o.Log})
	if err != nil {
		return err
	}
	f.Add(routes, staff.Technician, staff.Anyone)
	if err := describe(routes, contract.Staff, staff.Anyone); err != nil {
		return err
	}
	inside.Large = setup.Large
	s.staffFace = newFace("staff", o.Staff, o.StaffTLS, inside, routes)
	return nil
}

// Pair makes a single-use code by which a device is paired and a sets her PIN,
// within ten minutes. Whether a is on the roster is the caller's to know.
func (s *Server) Pair(a floor.AssociateID, now time.Time) (code string, err error) {
	return s.doors.Pair(a, now)
}

// PairTechnician makes a single-use code that lets in, within ten minutes, one
// who prepares the store.
func (s *Server) PairTechnician(now time.Time) (code string, err error) {
	return s.doors.PairTechnician(now)
}

// ExpectTechnician takes a code that lets in, within ten minutes, the technician
// who made this box a store's.
func (s *Server) ExpectTechnician(code string, now time.Time) error {
	return s.doors.ExpectTechnician(code, now)
}

// Sessions returns a customer's sessions; token is of the one that asks, if any.
func (s *Server) Sessions(c floor.Customer, token string) ([]doors.GuestSession, error) {
	return s.doors.Sessions(c, token)
}

// Erase ends a customer's sessions, wherever she is signed in; Clean leaves
// nothing of them on the disk.
func (s *Server) Erase(c floor.Customer) error {
	s.guestHub.Forget(guest.Audience(c))
	return s.doors.Erase(c)
}

// Clean removes the bytes that erased sessions left behind.
func (s *Server) Clean() error { return s.doors.Clean() }

// Stats are counts of the streams of each face.
type Stats struct{ Guest, Staff stream.Stats }

// Stats returns the counts.
func (s *Server) Stats() Stats { return Stats{s.guestHub.Stats(), s.staffHub.Stats()} }

// Census counts what doors.db holds.
func (s *Server) Census() ([]vault.Count, error) { return s.doors.Census() }

// Recovery says what Open had to do to doors.db.
func (s *Server) Recovery() vault.Recovery { return s.doors.Recovery() }

// File says how doors.db is.
func (s *Server) File() vault.Stats { return s.doors.File() }

// Close closes doors.db; Run must have returned.
func (s *Server) Close() error { return s.doors.Close() }
