package office

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"foyer/sync/wire"
	"foyer/vault"
)

// ErrNobody means that the chain's name of a customer has no pseudonym here.
var ErrNobody = errors.New("nobody is known by that name")

// ErrName means that something is no name of a customer.
var ErrName = fmt.Errorf("customer: want 1 to %d bytes without control characters", maxName)

// maxName is the longest name of a customer in the chain's own programs, in bytes.
const maxName = 200

// Pseudonym returns the name under which stores know a customer whom the chain's
// own programs call name; with make, one is made where there is none. The map
// never leaves headquarters.
func (f *Office) Pseudonym(name string, make bool) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.pseudonym(name, make)
}

func (f *Office) pseudonym(name string, make bool) (p string, err error) {
	if !goodName(name) {
		return "", ErrName
	}
	err = f.file.View(func(tx *vault.Tx) error { return getJSON(tx, bucketNames, name, &p) })
	if err != nil || p != "" {
		return p, err
	}
	if !make {
		return "", ErrNobody
	}
	err = f.file.Update(func(tx *vault.Tx) error {
		p, err = pseudonymIn(tx, name)
		return err
	})
	return p, err
}

func goodName(name string) bool {
	return name != "" && len(name) <= maxName && !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' })
}

// pseudonymIn returns the pseudonym of a name, and makes one where there is none.
func pseudonymIn(tx *vault.Tx, name string) (p string, err error) {
	if !goodName(name) {
		return "", ErrName
	}
	if err := getJSON(tx, bucketNames, name, &p); err != nil || p != "" {
		return p, err
	}
	p = "c-" + strings.ToLower(rand.Text())
	if err := putJSON(tx, bucketPseudonyms, p, name); err != nil {
		return "", err
	}
	return p, putJSON(tx, bucketNames, name, p)
}

// unname forgets whose pseudonym one was.
func unname(tx *vault.Tx, pseudonym string) error {
	var name string
	if err := getJSON(tx, bucketPseudonyms, pseudonym, &name); err != nil || name == "" {
		return err
	}
	return errors.Join(tx.Delete(bucketNames, []byte(name)), tx.Delete(bucketPseudonyms, []byte(pseudonym)))
}

// Consent gives every store that knows a customer what she said of one purpose,
// and returns how many. When it was said is decided here: what comes later wins.
func (f *Office) Consent(customer string, c wire.Consent) (stores int, err error) {
	f.mu.Lock()
	f.said = max(f.said+1, f.o.Now().UnixMilli()) // two within a millisecond keep their order
	c.Wall, c.Count, c.Node = f.said, 0, hqName
	names, err := f.whoKnow(customer)
	f.mu.Unlock()
	for _, name := range names {
		if err == nil {
			_, err = f.Push(name, wire.DownConsent, wire.ConsentChange{Customer: customer, Consent: c})
		}
	}
	return len(names), err
}

// whoKnow returns the stores that were sent anything about a customer. The
// caller holds mu.
func (f *Office) whoKnow(customer string) (names []string, err error) {
	if err := f.knowAll(); err != nil {
		return nil, err
	}
	return names, f.file.View(func(tx *vault.Tx) error {
		for name := range f.stores {
			if tx.Get(bucketSubjects, []byte(name+"\x00"+customer)) != nil {
				names = append(names, name)
			}
		}
		return nil
	})
}

// erasure is how far one goes. It names nobody.
type erasure struct {
	At     time.Time         `json:"at"`
	Epoch  uint64            `json:"epoch"`
	Stores map[string]uint64 `json:"stores"`          // the revision that erases her there
	Named  bool              `json:"named,omitempty"` // headquarters' own log names her still
}

// keepErasure is how long the reference of an erasure answers.
const keepErasure = 2 * 365 * 24 * time.Hour

// An Erasure is how far an erasure has gone. Its reference names nobody.
type Erasure struct {
	Reference string    `json:"reference"`
	At        time.Time `json:"at"`
	Stores    int       `json:"stores"`  // that were sent anything about her
	Waiting   []string  `json:"waiting"` // of them, those that have not said yet that she is erased; and headquarters, while its log names her
}

// Erase has every store that knows a customer forget her, forgets whose
// pseudonym hers was, and returns a reference under which Erased tells how far
// it is. A customer whom nobody knows is erased.
func (f *Office) Erase(customer string) (Erasure, error) {
	e, err := f.erase(customer)
	if err != nil {
		return e, fmt.Errorf("erase a customer: %w", err)
	}
	return e, nil
}

func (f *Office) erase(customer string) (Erasure, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	reference := "e-" + strings.ToLower(rand.Text())
	data, err := wire.Encode(wire.DownErase, wire.Erase{Customer: customer, Proof: reference})
	if err != nil {
		return Erasure{}, err
	}
	names, err := f.whoKnow(customer)
	if err != nil {
		return Erasure{}, err
	}
	e := erasure{At: f.o.Now().UTC().Truncate(time.Second), Epoch: f.mem.Epoch, Stores: map[string]uint64{}, Named: true}
	err = f.file.Update(func(tx *vault.Tx) error {
		for _, name := range names {
			s := f.stores[name]
			s.rec.Rev++
			if err := s.putOrdered(tx, wire.DownErase, data); err != nil {
				return err
			}
			if err := putJSON(tx, bucketStores, name, s.rec); err != nil {
				return err
			}
			e.Stores[name] = s.rec.Rev
		}
		if err := errors.Join(unname(tx, customer), f.erased(tx, customer, reference)); err != nil {
			return err
		}
		return putJSON(tx, bucketErasures, reference, e)
	})
	if err != nil {
		clear(f.stores) // read again as the disk has them
		return Erasure{}, err
	}
	for _, name := range names {
		f.due(name)
	}
	return f.told(reference, e), nil
}

// Erased tells how far the erasure of a reference is.
func (f *Office) Erased(reference string) (Erasure, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var e erasure
	if err := f.file.View(func(tx *vault.Tx) error { return getJSON(tx, bucketErasures, reference, &e) }); err != nil {
		return Erasure{}, false, err
	}
	return f.told(reference, e), e.Stores != nil && f.o.Now().Sub(e.At) < keepErasure, nil
}

// told counts a store as done when everything up to the erasure is in force
// there, or when it is a store no more.
func (f *Office) told(reference string, e erasure) Erasure {
	out := Erasure{Reference: reference, At: e.At, Stores: len(e.Stores), Waiting: []string{}}
	if e.Named {
		out.Waiting = append(out.Waiting, "headquarters")
	}
	for name, rev := range e.Stores {
		if s, err := f.known(name); err == nil && (f.mem.Epoch != e.Epoch || s.rec.Applied < rev) {
			out.Waiting = append(out.Waiting, name)
		}
	}
	return out
}
