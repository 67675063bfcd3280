package concierge

import (
	"fmt"
	"time"

	"foyer/concierge/drawer"
	"foyer/floor"
	"foyer/vault"
)

const (
	revealsBucket = "reveals"
	revealsTTL    = 395 * 24 * time.Hour // 13 months, as the ledger's rows of them
)

// A reveal is one opening with a reason, from the request on.
type reveal struct {
	ID        string      `json:"id"`
	Customer  string      `json:"customer"`
	Associate string      `json:"associate"`
	Visit     string      `json:"visit"`
	Unit      unit        `json:"unit"`
	Reason    string      `json:"reason"`
	Text      string      `json:"text,omitempty"`
	At        time.Time   `json:"at"`
	Until     time.Time   `json:"until"` // of an opening, or of the wait for a second person
	State     RevealState `json:"state"`
	Row       uint64      `json:"row,omitempty"`     // in the ledger, once something was shown
	By        string      `json:"by,omitempty"`      // the manager who decided last
	Contest   string      `json:"contest,omitempty"` // her words
	Noticed   bool        `json:"noticed,omitempty"` // a manager has seen it
	Items     []string    `json:"items,omitempty"`   // what was shown, by identifiers
}

// revealBucket declares what desk.db holds of reveals.
func revealBucket() vault.Bucket {
	return vault.Bucket{Name: revealsBucket, Purpose: "account for what was opened with a reason, and settle what a customer contests",
		Basis: "legal obligation", TTL: revealsTTL, Whose: "customers and staff", Under: vault.UnderHers,
		Fields: "pseudonym, associate, visit, what was opened, by identifiers, the reason and its words, when, until when, the ledger's row, " +
			"what she said against it, who decided"}
}

// A book keeps reveals. It may be used from any goroutine.
type book struct{ drawer.Drawer }

func newBook(file *vault.File, keys *vault.KeyRing) book {
	return book{drawer.Of(file, keys, revealsBucket)}
}

// put writes a reveal down.
func (b book) put(r *reveal) error {
	c, err := floor.ParseCustomer(r.Customer)
	if err != nil {
		return err
	}
	return drawer.Put(b.Drawer, c, r.ID, r)
}

// each reads them all. What cannot be read now is left out.
func (b book) each(fn func(reveal)) error { return drawer.Each(b.Drawer, fn) }

// of returns a customer's reveals by their rows in the ledger.
func (b book) of(c floor.Customer) (map[uint64]reveal, error) {
	all, err := drawer.All[reveal](b.Drawer, c)
	out := map[uint64]reveal{}
	for _, r := range all {
		if r.Row > 0 {
			out[r.Row] = r
		}
	}
	return out, err
}

// sweep removes what has been kept long enough, and what nothing opens any more.
func (b book) sweep(now time.Time) error {
	if _, err := drawer.Sweep(b.Drawer, func(r reveal) bool { return now.Sub(r.At) < revealsTTL }); err != nil {
		return fmt.Errorf("sweep reveals: %w", err)
	}
	return nil
}
