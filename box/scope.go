package box

import (
	"fmt"
	"time"

	"foyer/box/account"
	"foyer/vault"
	"foyer/web/admin"
)

// ownKeys are the subjects in the key ring that are nobody: the box's own.
func ownKeys() []string { return []string{"box:profiles", "box:ledger", "box:doors", "box:desk"} }

// scope says what a copy of this box's disk, taken at a time or now, would open.
func (b *store) scope(q admin.Scope) (any, error) {
	h := account.Held{Counts: map[string][]vault.Count{}}
	census := map[string]func() ([]vault.Count, error){
		fileKeys: b.keys.Census, "profiles.db": b.profiles.Census, fileLedger: b.ledger.Census, "desk.db": b.desk.Census,
	}
	if b.sessions != nil {
		census["doors.db"] = b.sessions.Census
	}
	if b.link != nil {
		census[fileOutbox] = b.link.Census
	}
	for name, count := range census {
		var err error
		if h.Counts[name], err = count(); err != nil {
			return nil, fmt.Errorf("count what %s holds: %w", name, err)
		}
	}
	if err := b.held(&h, q); err != nil {
		return nil, err
	}
	f := account.Facts{Config: b.config.Load(), At: b.in.Now(), Files: Files()}
	return account.NewScope(f, h, q.Since), nil
}

// held fills in how many people it is about, and who if that was asked.
func (b *store) held(h *account.Held, q admin.Scope) (err error) {
	if h.Customers, err = b.keys.Count(); err != nil {
		return err
	}
	for _, own := range ownKeys() {
		if b.keys.Has(own) {
			h.Customers--
		}
	}
	since := q.Since
	if since.IsZero() {
		since = b.in.Now().Add(time.Second)
	}
	if h.Erased, err = b.profiles.ErasedSince(since); err != nil {
		return err
	}
	if h.Rows, err = b.ledger.Before(since); err != nil || !q.Subjects {
		return err
	}
	h.Subjects, err = b.profiles.Pseudonyms()
	return err
}
