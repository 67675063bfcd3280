package profile

import (
	"bytes"
	"sync"

	"foyer/floor"
	"foyer/vault"
)

// warm holds the profiles of customers who are here, or are being answered, as they
// were read last: a card is to be made in less time than it takes to read two
// thousand purchases. Nothing of it is on the disk, and nothing of it counts for
// longer than the row it was read from: a profile is given out only while that very
// row is there, and its key opens it.
type warm struct {
	mu   sync.Mutex
	kept map[floor.Customer]*reading
}

// A reading is a profile and the mark of the row it was read from, empty until
// it has been read.
type reading struct {
	mark    []byte
	profile Profile
}

// mark tells one row from every other: each is sealed with a nonce of its own.
func mark(value []byte) []byte {
	const head, tag = handleSize + 1 + 8 + 24, 16
	if len(value) < head+tag {
		return nil
	}
	return append(bytes.Clone(value[:head]), value[len(value)-tag:]...)
}

// Keep holds the profile of a customer ready from now on: she is here. Those who
// get it must not change what its lists hold.
func (c *Cache) Keep(who floor.Customer) {
	c.warm.mu.Lock()
	defer c.warm.mu.Unlock()
	if c.warm.kept == nil {
		c.warm.kept = make(map[floor.Customer]*reading)
	}
	if c.warm.kept[who] == nil {
		c.warm.kept[who] = &reading{}
	}
}

// Hold is Keep for as long as it takes to answer somebody, of a customer who may
// be anywhere: let ends it, and nothing that Keep began.
func (c *Cache) Hold(who floor.Customer) (let func()) {
	c.warm.mu.Lock()
	defer c.warm.mu.Unlock()
	if c.warm.kept[who] != nil {
		return func() {}
	}
	if c.warm.kept == nil {
		c.warm.kept = make(map[floor.Customer]*reading)
	}
	c.warm.kept[who] = &reading{}
	return func() { c.Let(who) }
}

// Let ends what Keep began.
func (c *Cache) Let(who floor.Customer) {
	c.warm.mu.Lock()
	defer c.warm.mu.Unlock()
	delete(c.warm.kept, who)
}

// read returns the profile that was read from this very row.
func (w *warm) read(who floor.Customer, value []byte) (Profile, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.kept[who]
	if r == nil || r.mark == nil || !bytes.Equal(r.mark, mark(value)) {
		return Profile{}, false
	}
	return r.profile, true
}

// take remembers what a row was read as, for those who are kept.
func (w *warm) take(who floor.Customer, value []byte, p Profile) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r := w.kept[who]; r != nil {
		r.mark, r.profile = mark(value), p
	}
}

// ready is get by way of what is kept ready.
func (c *Cache) ready(tx *vault.Tx, who floor.Customer) (Profile, error) {
	key := c.keys.Index(bProfiles, who.Ref())
	value := tx.Get(bProfiles, key)
	if value == nil {
		return Profile{}, ErrUnknown
	}
	if p, ok := c.warm.read(who, value); ok && c.opens(value) {
		return p, nil
	}
	p, err := c.decode(key, value)
	c.opened.Add(1)
	if err == nil {
		c.warm.take(who, value, p)
	}
	return p, err
}

// opens reports whether a row's key is there: one that is destroyed, or away,
// closes what was read before, too.
func (c *Cache) opens(value []byte) bool {
	_, err := c.keys.SealerOf(value[:handleSize])
	return err == nil
}
