package office

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"time"

	"foyer/sync/wire"
	"foyer/vault"
)

// forgottenFor is how long headquarters knows an erased pseudonym again when a
// store that was away reports of before: 90 days.
const forgottenFor = 90 * 24 * time.Hour

// A forgetting is an erasure whose traces still stand in headquarters' files.
type forgetting struct {
	Since   time.Time           `json:"since"`             // what is of before is struck
	Answers map[string][]string `json:"answers,omitempty"` // by store: the proofs it waits to hear confirmed

	References []string `json:"references,omitempty"` // of headquarters' own erasures of her
}

// forget does what a customer asked for on a store's page: nothing of hers is
// sent any more, and every other store that was ever sent anything forgets her
// too. The one where she asked hears that headquarters knows once her pseudonym
// is struck from the log: see strike. The caller holds mu and writes asked's
// record.
func (f *Office) forget(tx *vault.Tx, asked *store, e Event, r wire.Erase) error {
	data, err := wire.Encode(wire.DownErase, wire.Erase{Customer: r.Customer, Proof: r.Proof})
	if err != nil {
		return err
	}
	if err := asked.supersede(tx, message{Kind: wire.DownErase, Subject: r.Customer}); err != nil {
		return err
	}
	for name, s := range f.stores {
		if s == asked || tx.Get(bucketSubjects, []byte(name+"\x00"+r.Customer)) == nil {
			continue
		}
		s.rec.Rev++
		if err := s.putOrdered(tx, wire.DownErase, data); err != nil {
			return err
		}
		if err := putJSON(tx, bucketStores, name, s.rec); err != nil {
			return err
		}
		f.due(name)
	}
	at := e.At.Add(time.Second) // the stamp is to the second
	return f.mustStrike(tx, r.Customer, at, func(g *forgetting) {
		if g.Answers == nil {
			g.Answers = map[string][]string{}
		}
		g.Answers[asked.address.Store] = append(g.Answers[asked.address.Store], r.Proof)
	})
}

// erased notes an erasure of headquarters' own. Reference, if there is one, tells
// how far it is.
func (f *Office) erased(tx *vault.Tx, customer, reference string) error {
	return f.mustStrike(tx, customer, f.o.Now(), func(g *forgetting) {
		if reference != "" {
			g.References = append(g.References, reference)
		}
	})
}

// mustStrike notes that a pseudonym must be struck from what the log has of
// before a time; who says who waits for it. The caller holds mu.
func (f *Office) mustStrike(tx *vault.Tx, customer string, before time.Time, who func(*forgetting)) error {
	var g forgetting
	if err := getJSON(tx, bucketForgetting, customer, &g); err != nil {
		return err
	}
	if g.Since.Before(before) {
		g.Since = before.UTC()
	}
	who(&g)
	tx.CompactLater() // her messages lie in free pages
	signal(f.struck)
	return putJSON(tx, bucketForgetting, customer, g)
}

// answer tells the stores where she asked that headquarters has forgotten her,
// and notes it for whoever asks by a reference.
func (f *Office) answer(tx *vault.Tx, customer string, g forgetting) error {
	for _, reference := range g.References {
		var e erasure
		err := getJSON(tx, bucketErasures, reference, &e)
		if e.Named = false; err == nil && e.Stores != nil {
			err = putJSON(tx, bucketErasures, reference, e)
		}
		if err != nil {
			return err
		}
	}
	for name, proofs := range g.Answers {
		s, err := f.known(name)
		if err != nil {
			continue // removed since: nobody is left to hear it
		}
		for _, proof := range proofs {
			data, err := wire.Encode(wire.DownErase, wire.Erase{Customer: customer, Proof: proof})
			if err != nil {
				return err
			}
			s.rec.Rev++
			if err := s.putOrdered(tx, wire.DownErase, data); err != nil {
				return err
			}
		}
		if err := putJSON(tx, bucketStores, name, s.rec); err != nil {
			return err
		}
		f.due(name)
	}
	return nil
}

// mark is the name under which an erased pseudonym is known again: it leads to
// nobody without office.db and the pseudonym both.
func (f *Office) mark(customer string) []byte {
	mac := hmac.New(sha256.New, f.mem.Marks)
	mac.Write([]byte(customer))
	return mac.Sum(nil)
}

// marks makes the key of the marks, once.
func (f *Office) marks() error {
	if len(f.mem.Marks) > 0 {
		return nil
	}
	f.mem.Marks = make([]byte, 32)
	rand.Read(f.mem.Marks)
	return f.file.Update(func(tx *vault.Tx) error { return putJSON(tx, bucketMemory, "memory", f.mem) })
}

// stale reports whether an event tells of somebody as she was before she was
// erased: it counts, and is kept without her. The caller holds mu.
func (f *Office) stale(tx *vault.Tx, e Event) (bool, error) {
	who := subject(e.Payload)
	if who == "" {
		return false, nil
	}
	var at time.Time
	if err := getJSON(tx, bucketForgotten, string(f.mark(who)), &at); err != nil || at.IsZero() {
		return false, err
	}
	return e.before(at), nil
}

// before reports whether an event is one of before an erasure at a time, or only
// says that a store did what headquarters had asked for.
func (e Event) before(at time.Time) bool {
	if e.Kind == wire.UpErase {
		if r, err := wire.Decode[wire.Erase](e.Payload); err == nil && r.Asked == wire.AskedByHeadquarters {
			return true
		}
	}
	return e.At.Before(at)
}

// without strikes what is stale from events that are about to be written.
func (f *Office) without(events []Event) ([]Event, error) {
	out := make([]Event, 0, len(events))
	err := f.file.View(func(tx *vault.Tx) error {
		for _, e := range events {
			old, err := f.stale(tx, e)
			if err != nil {
				return err
			}
			if old {
				e.Payload = []byte(erasedPayload)
			}
			out = append(out, e)
		}
		return nil
	})
	return out, err
}

// sweepMarks removes the marks that are kept long enough.
func (f *Office) sweepMarks(tx *vault.Tx) error {
	return tx.Each(bucketForgotten, nil, func(k, _ []byte) error {
		var at time.Time
		if err := getJSON(tx, bucketForgotten, string(k), &at); err != nil || f.o.Now().Sub(at) <= forgottenFor {
			return err
		}
		return tx.Delete(bucketForgotten, k)
	})
}

// sweepErasures removes what references of erasures no longer answer with.
func (f *Office) sweepErasures(tx *vault.Tx) error {
	return tx.Each(bucketErasures, nil, func(k, _ []byte) error {
		var e erasure
		if err := getJSON(tx, bucketErasures, string(k), &e); err != nil || f.o.Now().Sub(e.At) < keepErasure {
			return err
		}
		return tx.Delete(bucketErasures, k)
	})
}
