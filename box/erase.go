package box

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/sync/wire"
	"foyer/vault"
	"foyer/web/doors"
)

// sessions are where customers are signed in.
type sessions interface {
	Sessions(c floor.Customer, token string) ([]doors.GuestSession, error)
	Erase(c floor.Customer) error
	Clean() error
	Census() ([]vault.Count, error)
}

// An Erasure is what became of one customer's data here. It names nobody: who
// asked keeps it with the request. Row and Hash are the ledger's newest row
// afterwards, which proves that the log went on without her.
type Erasure struct {
	At    time.Time `json:"at"`
	Proof string    `json:"proof"` // under which her page answers for it, for two years
	Row   uint64    `json:"ledger_row"`
	Hash  string    `json:"ledger_hash"`
	HQ    string    `json:"headquarters"` // queued: it will be told first of all; owed: its outbox takes nothing yet; none: there is none

	// What a search of the raw files found afterwards, where one was made.
	Files int      `json:"files_searched,omitempty"`
	Left  []string `json:"still_named_in,omitempty"`
}

// erase forgets a customer at an operator's word. It works without the line, and
// again after an error; nobody known is no error. What it could only begin the
// running box finishes by itself.
func (b *store) erase(ctx context.Context, c floor.Customer) (Erasure, error) {
	proof, err := b.forget(ctx, c, wire.AskedByOperator, "")
	h := b.ledgerHead()
	e := Erasure{At: b.in.Now().UTC(), Proof: proof, Row: h.Seq, Hash: h.Hash, HQ: "none"}
	if err != nil {
		return e, err
	}
	if b.link != nil {
		kept, err := b.profiles.Erasure(proof)
		if e.HQ = "queued"; err != nil || kept.Told.IsZero() {
			e.HQ = "owed"
		}
	}
	return e, nil
}

// errNobody says what may be done about an export of nothing.
var errNobody = errors.New("this box holds nothing about that customer; try the pseudonym as headquarters writes it, or another store")

// export collects what this box holds of a customer.
func (b *store) export(ctx context.Context, c floor.Customer) (concierge.Copy, error) {
	var m concierge.Moment
	if err := b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { m = d.Moment(c, now) }); err != nil {
		return concierge.Copy{}, err
	}
	var sessions []concierge.CopySession
	if b.sessions != nil {
		all, err := b.sessions.Sessions(c, "")
		if err != nil {
			return concierge.Copy{}, err
		}
		for _, s := range all {
			sessions = append(sessions, concierge.CopySession{Until: s.Until})
		}
	}
	y, err := b.door.Copy(c, m, sessions, b.in.Now())
	if errors.Is(err, concierge.ErrNothing) {
		return y, errNobody
	}
	return y, err
}

// named turns an operator's request about one customer into an answer. Her
// reference is not repeated in an error.
func named[T any](do func(context.Context, floor.Customer) (T, error)) func(context.Context, string) (any, error) {
	return func(ctx context.Context, ref string) (any, error) {
		c, err := floor.ParseCustomer(ref)
		if err != nil {
			return nil, errors.New("that is no customer's pseudonym: give it as headquarters writes it, for example c-4711")
		}
		return do(ctx, c)
	}
}

// Erase erases a customer from the data folder of a box that does not run, and
// leaves word for headquarters.
func Erase(ctx context.Context, in Inputs, ref string) (e Erasure, err error) {
	err = atRest(ctx, in, func(ctx context.Context, b *store) error {
		got, err := named(b.eraseProven)(ctx, ref)
		if err == nil {
			e = got.(Erasure)
		}
		return err
	})
	return e, err
}

// Export collects what the data folder of a box that does not run holds of a
// customer.
func Export(ctx context.Context, in Inputs, ref string) (y concierge.Copy, err error) {
	err = atRest(ctx, in, func(ctx context.Context, b *store) error {
		got, err := named(b.export)(ctx, ref)
		if err == nil {
			y = got.(concierge.Copy)
		}
		return err
	})
	return y, err
}

// ours refuses a data folder that is not there, which would be made, and one of
// somebody else's: the box could not open the files that are written anew here.
func ours(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("the box's data folder: %w", err)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && int(st.Uid) != os.Geteuid() {
		return fmt.Errorf("the data folder %s belongs to user %d, as whom the box runs: run this as that user", dir, st.Uid)
	}
	return nil
}

// atRest opens the files of a box that does not run, with everything that looks
// after them and nothing that listens, and closes them after do. The files are
// locked meanwhile: a box that runs is not disturbed but refuses this.
func atRest(ctx context.Context, in Inputs, do func(context.Context, *store) error) (err error) {
	in.defaults()
	if err := ours(in.Config.Data); err != nil {
		return err
	}
	b, err := open(in)
	defer func() { err = errors.Join(err, b.close()) }()
	if errors.Is(err, vault.ErrLocked) {
		return fmt.Errorf("%w (while the box runs, leave --config away and ask it by its socket)", err)
	}
	if err != nil {
		return err
	}
	d, err := doors.Open(in.Config.Data, b.keys, in.Log)
	if err != nil {
		return err
	}
	b.sessions, b.closers = d, append(b.closers, d.Close)
	flowing, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() { defer close(ended); _ = b.flow.keep(flowing) }()
	go func() { _ = b.flow.Run(flowing) }() // its end closes what keep reads
	defer func() { stop(); <-ended }()
	return do(ctx, b)
}
