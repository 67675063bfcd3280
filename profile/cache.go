package profile

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// Errors of asking.
var (
	// ErrUnknown means that nothing is known here of this customer.
	ErrUnknown = errors.New("unknown customer")
	// ErrErased means that she was erased here and has not consented since:
	// what arrives about her is stale.
	ErrErased = errors.New("erased customer")
	// ErrBegun means that her erasure is under way: nothing of hers is stored
	// until it is finished.
	ErrBegun = errors.New("a customer whose erasure is not finished")
	// ErrCode means that an invitation's code does not open anything; it is
	// the same for unknown, used and expired ones.
	ErrCode = errors.New("code not valid")
)

// Bucket names.
const (
	bProfiles    = "profiles"
	bConsents    = "consents"
	bInvitations = "invitations"
	bErased      = "erased"
	bUntold      = "untold"
	bBirth       = "birth"
	bErasures    = "erasures"
	bNotices     = "notices"
	bTexts       = "texts"
	bPhotos      = "photos"
	bObjections  = "objections"
	bWords       = "words"
)

// Versions of the sealed encodings.
const (
	vProfile    = 1
	vConsents   = 1
	vInvitation = 1
	vUntold     = 1
	vBirth      = 1
	vErasure    = 1
	vOwn        = 1
	vPhoto      = 1
	vObjection  = 1
	vWords      = 1
)

// Buckets declares what profiles.db holds.
func Buckets() []vault.Bucket {
	const hers, law = "customers", "legal obligation"
	return []vault.Bucket{
		{Name: bProfiles, Purpose: "serve the customer in the store", Basis: "consent", Whose: hers, Under: vault.UnderHers,
			Fields: "pseudonym, form of address, languages, how she likes to be served, her associates and those she does not want, what she stated, " +
				"wishes, purchases without price or order number, associates' notes (18 months), appointments (until 30 days after), interests, her own store, " +
				"the day of her last visit that may be kept, or on which she came near, what she hid, corrected and chose here until headquarters has it, " +
				"what became of her objections (90 days); of customers of other stores only the settings and choices stay 90 days after a visit"},
		{Name: bConsents, Purpose: "respect what she consented to and withdrew", Basis: law, Whose: hers, Under: vault.UnderHers,
			Fields: "her last word on each purpose: when, which notice, how (a withdrawal 24 months)"},
		{Name: bWords, Purpose: "receipts of what she said before", Basis: law, Whose: hers, Under: vault.UnderHers,
			Fields: "her earlier words on each purpose, at most 200: when, which notice, how (24 months)"},
		{Name: bInvitations, Purpose: "first opt-in by a single-use code", Basis: "consent", Whose: hers, Under: vault.UnderHers,
			Fields: "pseudonym, SHA-256 of the code, expiry, whether used (until it expires)"},
		{Name: bUntold, Purpose: "tell headquarters what she consented to, withdrew, hid, corrected, objected to and chose here", Basis: law, Whose: hers,
			Under: vault.UnderHers, Fields: "pseudonym and purpose, or which item (until headquarters' outbox has it)"},
		{Name: bObjections, Purpose: "have her objections to notes settled", Basis: law, Whose: hers, Under: vault.UnderHers,
			Fields: "pseudonym and which note (until that is settled, or the note is gone)"},
		{Name: bErased, Purpose: "keep an erased customer erased", Basis: law, TTL: tombstoneTTL, Whose: hers, Under: vault.Unsealed,
			Fields: "the time of an erasure under a keyed name that leads to nobody"},
		{Name: bPhotos, Purpose: "let an associate recognise the customer until they have met", Basis: "consent", TTL: photoTTL, Whose: hers,
			Under: vault.UnderHers, Fields: "her picture and when she gave it (until the end of the visit)"},
		{Name: bErasures, Purpose: "answer for an erasure, and report it to headquarters", Basis: law, TTL: tombstoneTTL, Whose: hers,
			Under: vault.UnderBox, Fields: "when, at whose wish and how much was destroyed, under a random reference; her pseudonym (until it is finished and headquarters knows)"},
		{Name: bNotices, Purpose: "the notice in force", Basis: law, Whose: "nobody", Under: vault.UnderBox,
			Fields: "the legal text by language, the purposes it names and the versions it covers"},
		{Name: bTexts, Purpose: "the texts customers agreed to", Basis: law, Whose: "nobody", Under: vault.UnderBox,
			Fields: "each text as it was shown, under a keyed hash of what consents name"},
		{Name: bBirth, Purpose: "notice that this file or the outbox was begun anew", Basis: "legitimate interest: running the store",
			Whose: "nobody", Fields: "random names of files", Under: vault.UnderBox},
	}
}

// Options describe a cache.
type Options struct {
	Node  string           // this box's name in stamps: an identifier, for example its store's
	Quota int64            // bytes; 0 means 1 GiB
	Log   *slog.Logger     // nil discards
	Now   func() time.Time // the wall clock; nil means time.Now
}

// Stats counts what happened since Open. File has the sizes in bytes.
type Stats struct {
	Puts, SpecialDropped, Merged, Erased uint64
	Redeemed, CodeRefused                uint64
	Opened                               uint64 // profiles whose seal was opened for Get
	File                                 vault.Stats
}

// A Cache holds the customers of this box. Its methods may be called from any
// goroutine.
type Cache struct {
	file  *vault.File
	keys  *vault.KeyRing
	clock *Clock
	birth string

	// Forget holds gone alone, so that nothing is sealed under a key that is
	// being destroyed. It guards whose erasures are begun and not finished.
	gone  sync.RWMutex
	begun map[string]bool

	notice atomic.Pointer[Notice]
	listed listed
	warm   warm

	puts, special, merged, erased, redeemed, refused, opened atomic.Uint64
}

// Open opens profiles.db in dir, or creates it.
func Open(dir string, keys *vault.KeyRing, o Options) (*Cache, error) {
	if o.Node == "" {
		return nil, errors.New("open profiles: a node name is needed for stamps")
	}
	if o.Quota == 0 {
		o.Quota = 1 << 30
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	file, err := vault.Open(dir, "profiles.db", vault.Options{Buckets: Buckets(), Quota: o.Quota, Log: o.Log, Now: o.Now})
	if err != nil {
		return nil, err
	}
	c := &Cache{file: file, keys: keys, clock: NewClock(o.Node, o.Now)}
	err = c.born()
	if err == nil {
		err = c.readBegun()
	}
	if err == nil {
		err = c.readNotice()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open profiles: %w", err), file.Close())
	}
	return c, nil
}

// Close closes profiles.db, not the keys.
func (c *Cache) Close() error { return c.file.Close() }

// Snapshot keeps a copy of what is known beside it, for Open to go back to. What
// a customer takes back voids it.
func (c *Cache) Snapshot() error { return c.file.Snapshot() }

// Recovery says what Open had to do to profiles.db.
func (c *Cache) Recovery() vault.Recovery { return c.file.Recovery() }

// Census counts what profiles.db holds.
func (c *Cache) Census() ([]vault.Count, error) { return c.file.Census() }

// Stats returns the counters.
func (c *Cache) Stats() Stats {
	return Stats{
		Puts: c.puts.Load(), SpecialDropped: c.special.Load(), Merged: c.merged.Load(), Erased: c.erased.Load(),
		Redeemed: c.redeemed.Load(), CodeRefused: c.refused.Load(), Opened: c.opened.Load(), File: c.file.Stats(),
	}
}

// Get returns the customer's profile, or ErrUnknown.
func (c *Cache) Get(who floor.Customer) (Profile, error) {
	c.gone.RLock()
	defer c.gone.RUnlock()
	var p Profile
	err := c.file.View(func(tx *vault.Tx) error {
		var err error
		p, err = c.ready(tx, who)
		return err
	})
	return p, err
}

// Put replaces the customer's profile. Purchases of the special category are
// dropped and counted; anything else that is wrong refuses it whole with
// ErrProfile. ErrErased means that she was erased and has not consented since.
func (c *Cache) Put(p Profile) error {
	return c.change(p.Customer, func(old *Profile) error {
		*old = p
		return nil
	})
}

// Change lends fn the customer's profile, New if there is none yet, and stores
// what it becomes, in one transaction. An error of fn changes nothing; fn must
// not call the cache.
func (c *Cache) Change(who floor.Customer, fn func(*Profile) error) error {
	return c.change(who, func(p *Profile) error {
		err := fn(p)
		p.Customer = who
		return err
	})
}

// change is Change; also has what else belongs into the transaction.
func (c *Cache) change(who floor.Customer, fn func(*Profile) error, also ...func(*vault.Tx) error) error {
	if !who.Valid() {
		return fmt.Errorf("store a profile: %w: customer: missing", ErrProfile)
	}
	c.gone.RLock()
	defer c.gone.RUnlock()
	dropped := 0
	err := c.file.Update(func(tx *vault.Tx) (err error) {
		if dropped, err = c.changeIn(tx, who, fn); err != nil {
			return err
		}
		for _, f := range also {
			if err := f(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store a profile: %w", err)
	}
	c.puts.Add(1)
	c.special.Add(uint64(dropped))
	return nil
}

// changeIn is change within a transaction. What is refused has written nothing.
func (c *Cache) changeIn(tx *vault.Tx, who floor.Customer, fn func(*Profile) error) (dropped int, err error) {
	if err := c.live(tx, who); err != nil {
		return 0, err
	}
	old, err := c.get(tx, who)
	known := err == nil
	if errors.Is(err, ErrUnknown) {
		old, err = New(who), nil
	}
	p := old.clone()
	if err == nil {
		err = fn(&p)
	}
	if err != nil {
		return 0, err
	}
	p, dropped = p.normal().withoutSpecial()
	if err := p.check(); err != nil {
		return 0, err
	}
	key := c.keys.Index(bProfiles, who.Ref())
	row, err := c.seal(bProfiles, key, who, vProfile, p.raw())
	if err != nil {
		return 0, err
	}
	put := tx.Put
	if known && p.takesBack(old) {
		tx.OutdateSnapshots()
		if len(row) <= len(tx.Get(bProfiles, key))+little { // whether or not there is room
			put = tx.PutAnyway
		}
	}
	c.listed.note(p)
	return dropped, put(bProfiles, key, row)
}

// little is how many bytes larger a profile may grow, on a full disk too, by a
// wish of hers to disclose less.
const little = 4 << 10

// Each calls fn with every profile, in no useful order. Profiles that change
// meanwhile are given once or not at all.
func (c *Cache) Each(fn func(Profile) error) error {
	var from []byte
	for {
		batch, err := c.batch(from)
		if err != nil || len(batch) == 0 {
			return err
		}
		for _, row := range batch {
			p, err := c.decode(row.key, row.value)
			if errors.Is(err, ErrUnknown) {
				continue // forgotten meanwhile
			}
			if err == nil {
				err = fn(p)
			}
			if err != nil {
				return err
			}
		}
		from = append(batch[len(batch)-1].key, 0)
	}
}
