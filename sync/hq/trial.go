package hq

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"foyer/sync/wire"
	"foyer/vault"
)

// A Way is how headquarters is reached: where its broker is, through which proxy,
// and by which of the box's certificates.
type Way struct {
	Broker      string `json:"broker"`
	Proxy       string `json:"proxy,omitempty"`
	Certificate string `json:"certificate,omitempty"` // names it; another name, another certificate
}

const (
	trialPeriod = 10 * time.Minute
	trialStarts = 5 // of the program within one trial: more, and the change itself may be what ends it
)

// trial is a change of the way that headquarters has not been heard by yet. It
// is kept when headquarters acknowledges the event that reports it, which can
// only come by the new way: the old connection is left before it is read again.
type trial struct {
	Kind   wire.Kind `json:"kind"`
	Of     revision  `json:"of"`
	Way    Way       `json:"way"`
	Seq    uint64    `json:"seq"` // of the event that reports it
	Until  time.Time `json:"until"`
	Starts int       `json:"starts"`
}

func tried(k wire.Kind) []byte { return []byte(string(k) + "/trial") }

const trialKey = "trial"

// way is how headquarters is reached now.
func (l *Link) way() Way {
	if l.o.Way == nil {
		return Way{Broker: l.o.Broker}
	}
	return l.o.Way()
}

// Rejoin has the link go another way at once if there is one: the configuration
// was changed by whoever stands before the box, so nothing is on trial.
func (l *Link) Rejoin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.leave != nil && l.way() != l.going {
		l.leave()
	}
}

// beginTrial puts what was just applied on trial, and ends the session. Raw is
// the document it came in, if it is one; else it came in the order of in.
func (l *Link) beginTrial(m wire.Message, raw []byte, in *inbound) error {
	l.mu.Lock()
	t := trial{Kind: m.Kind, Of: revision{m.Epoch, m.Rev}, Way: l.way(), Seq: l.mem.Sequence + 1, Until: l.o.Now().Add(l.o.Trial).UTC()}
	l.mu.Unlock()
	events := []event{{wire.UpApplied, wire.Applied{Kind: m.Kind, Epoch: m.Epoch, Rev: m.Rev, Trial: true}}}
	if in != nil {
		events = append(in.events, events...) // what was refused before it
	}
	err := l.commit(change{events: events, also: func(tx *vault.Tx, mem *memory) error {
		t.Seq = mem.Sequence // of the last of them
		if raw != nil {
			if err := tx.Put(bucketDocuments, tried(m.Kind), raw); err != nil {
				return err
			}
			if err := putJSON(tx, string(m.Kind), t.Of); err != nil {
				return err
			}
		}
		if in != nil {
			mem.Have = in.have
		}
		return putJSON(tx, trialKey, t)
	}})
	if err != nil {
		return fmt.Errorf("trial of %s: %w", m.Kind, err)
	}
	if in != nil {
		in.events = nil
	}
	l.o.Log.Info("another way to headquarters on trial", "kind", string(m.Kind), "broker", t.Way.Broker, "until", t.Until)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trial = &t
	if raw != nil {
		l.seen[m.Kind] = t.Of
	}
	l.leave()
	return errLeft
}

// errLeft ends a session because another way is to be gone.
var errLeft = errors.New("another way to headquarters is on trial")

// endTrial forgets a trial that is over on the disk.
func (l *Link) endTrial(t *trial) {
	l.o.Log.Info("the new way to headquarters is kept", "kind", string(t.Kind), "broker", t.Way.Broker)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trial = nil
	if l.late.Swap(false) && l.leave != nil {
		l.leave()
	}
}

// readTrial finds a trial that a restart interrupted.
func (l *Link) readTrial(tx *vault.Tx) error {
	b := tx.Get(bucketMemory, []byte(trialKey))
	if b == nil {
		return nil
	}
	l.trial = &trial{}
	if err := json.Unmarshal(b, l.trial); err != nil {
		return fmt.Errorf("outbox.db: trial: %w", err)
	}
	return nil
}

// resumeTrial counts a start within a trial, and ends one that must not go on.
func (l *Link) resumeTrial() error {
	t := l.onTrial()
	if t == nil {
		if l.o.Certificate != nil {
			return l.o.Certificate(false) // one may lie there that no trial speaks of yet
		}
		return nil
	}
	next := *t
	next.Starts++
	switch {
	case next.Starts > trialStarts:
		return l.revert(fmt.Errorf("the box was started %d times within the trial", next.Starts))
	case l.way() != t.Way:
		return l.revert(fmt.Errorf("after a restart the box did not go the new way"))
	}
	if err := l.commit(change{also: func(tx *vault.Tx, _ *memory) error { return putJSON(tx, trialKey, next) }}); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trial = &next
	return nil
}

func (l *Link) onTrial() *trial {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trial
}

// judge goes back to the old way when a trial's time is over. The clock may have
// been set meanwhile: a trial never lasts longer than its period from here on.
func (l *Link) judge(ctx context.Context) error {
	t := l.onTrial()
	if t == nil {
		return nil
	}
	timer := time.NewTimer(min(t.Until.Sub(l.o.Now()), l.o.Trial))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return nil
	case <-timer.C:
	}
	l.ending.Lock()
	defer l.ending.Unlock()
	if l.onTrial() != t {
		return nil // kept meanwhile
	}
	l.mu.Lock()
	met := l.met
	l.mu.Unlock()
	if met == nil {
		met = fmt.Errorf("connected, and headquarters did not answer")
	}
	return l.revert(fmt.Errorf("headquarters was not heard by %s within %v: %w", t.Way, l.o.Trial, met))
}

// String says where a way leads.
func (w Way) String() string {
	if w.Proxy == "" {
		return w.Broker
	}
	return w.Broker + " through " + w.Proxy
}

// keep is the part of a change that ends a trial well. The certificate is kept
// before: should this commit fail, the trial goes on with it.
func (l *Link) keep(t *trial, c *change) error {
	if t.Kind == wire.DownCertificate {
		if err := l.o.Certificate(true); err != nil {
			return fmt.Errorf("keep the certificate: %w", err)
		}
	}
	also := c.also
	if t.Kind.Of().Retained {
		c.events = append(c.events, event{wire.UpApplied, wire.Applied{Kind: t.Kind, Epoch: t.Of.Epoch, Rev: t.Of.Rev}})
	}
	c.also = func(tx *vault.Tx, m *memory) error {
		if raw := tx.Get(bucketDocuments, tried(t.Kind)); raw != nil {
			if err := keepDocument(tx, t.Kind, raw); err != nil {
				return err
			}
		}
		if err := forgetTrial(tx, t); err != nil {
			return err
		}
		return also(tx, m)
	}
	return nil
}

func forgetTrial(tx *vault.Tx, t *trial) error {
	if err := tx.Delete(bucketDocuments, tried(t.Kind)); err != nil {
		return err
	}
	return tx.Delete(bucketMemory, []byte(trialKey))
}

// revert goes back to the old way and tells headquarters why. What was in force
// before is put in force first: should the commit fail, it is done again.
func (l *Link) revert(why error) error {
	t := l.onTrial()
	if err := l.putBack(t); err != nil {
		return fmt.Errorf("go back to the old way: %w", err)
	}
	report := rejected(wire.Message{Kind: t.Kind, Epoch: t.Of.Epoch, Rev: t.Of.Rev}, fmt.Errorf("taken back: %w", why))
	if err := l.commit(change{events: []event{report}, also: func(tx *vault.Tx, _ *memory) error { return forgetTrial(tx, t) }}); err != nil {
		return fmt.Errorf("go back to the old way: %w", err)
	}
	l.o.Log.Warn("back on the old way to headquarters", "kind", string(t.Kind), "why", why)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trial = nil
	l.late.Store(false)
	if l.leave != nil {
		l.leave()
	}
	return nil
}

func (l *Link) putBack(t *trial) error {
	if t.Kind == wire.DownCertificate {
		return l.o.Certificate(false)
	}
	payload, ok := l.kept(t.Kind, good(t.Kind))
	if !ok {
		payload = []byte("{}") // nothing was laid over before
	}
	check := l.handlers[t.Kind]
	if check == nil {
		return fmt.Errorf("%s: %w", t.Kind, ErrKind)
	}
	apply, err := check(payload)
	if err != nil {
		return err
	}
	return apply()
}
