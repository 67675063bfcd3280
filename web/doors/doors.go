// Package doors knows who may come in: customers' sessions, paired devices,
// associates' PINs and sessions, technicians' sessions. It keeps them in doors.db and hides how.
//
// It never keeps what it gives out: of a token, a code or a PIN only a keyed
// hash is on the disk. A customer's session is sealed under her own data key,
// so destroying that key ends it too.
package doors

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"foyer/floor"
	"foyer/vault"
)

// How long things last, on the store's clock.
const (
	guestLife   = 14 * 24 * time.Hour // renewed while she comes
	guestRenew  = 24 * time.Hour      // at most once in this time
	lentLife    = 12 * time.Hour      // on a phone that others use: a visit, and not renewed
	deviceLife  = 400 * 24 * time.Hour
	pairingLife = 10 * time.Minute
	// A used pass is remembered far longer than any is good for: for as long as
	// the clock may have been set back without being in doubt.
	passLife  = 3 * 24 * time.Hour
	staffIdle = 15 * time.Minute // without a request or an open stream
	staffLate = 2 * time.Hour    // after the shift, for one who is still with somebody
)

// Buckets of doors.db.
const (
	guests     = "guest-sessions"
	staff      = "staff-sessions"
	devices    = "devices"
	pins       = "pins"
	pairings   = "pairings"
	usedPasses = "used-passes"

	technicians = "technician-sessions"
)

// subject is whose key seals what is the box's own.
const subject = "box:doors"

// ErrClosed means that this does not let anybody in: unknown, used, expired
// and wrong are the same to whoever asks.
var ErrClosed = errors.New("not let in")

// Buckets declares what doors.db holds.
func Buckets() []vault.Bucket {
	const work = "employment"
	return []vault.Bucket{
		{Name: guests, Purpose: "customers signed in on this store's pages", Basis: "consent", TTL: guestLife, Whose: "customers",
			Fields: "pseudonym and end of a session, under a keyed hash of its token", Under: vault.UnderHers},
		{Name: staff, Purpose: "associates signed on to paired devices", Basis: work, TTL: 24 * time.Hour, Whose: "staff",
			Fields: "associate, device, end of a session, under a keyed hash of its token", Under: vault.UnderBox},
		{Name: devices, Purpose: "devices that belong to the store", Basis: work, TTL: deviceLife, Whose: "staff",
			Fields: "for whom it was paired, end of the pairing, under a keyed hash of its token", Under: vault.UnderBox},
		{Name: pins, Purpose: "keyed hashes of associates' PINs and wrong tries", Basis: work, TTL: deviceLife, Whose: "staff",
			Fields: "salted hash of a PIN, wrong tries, last use, under a keyed hash of the associate", Under: vault.UnderBox},
		{Name: usedPasses, Purpose: "passes that were used", Basis: "security of processing", TTL: passLife, Whose: "nobody",
			Fields: "end of the memory, under a keyed hash of the pass's number", Under: vault.UnderBox},
		{Name: pairings, Purpose: "single-use codes that pair a device", Basis: work, TTL: pairingLife, Whose: "staff",
			Fields: "associate (a technician's code: nobody) and expiry, under a keyed hash of the code", Under: vault.UnderBox},
		{Name: technicians, Purpose: "technicians let in to prepare the store", Basis: work, TTL: technicianLife, Whose: "nobody",
			Fields: "end of a session, under a keyed hash of its token", Under: vault.UnderBox},
	}
}

// Doors is doors.db. Its methods may be called from any goroutine.
type Doors struct {
	file  *vault.File
	keys  *vault.KeyRing
	box   vault.Sealer
	mills chan struct{} // a place for each PIN being hashed

	mu    sync.Mutex
	seen  map[string]time.Time // staff sessions by row, when last used
	shown map[string][]shown   // by device, oldest first; in memory only
	known map[string]known     // customers' sessions by row, as last read
}

// Open opens doors.db in dir, or creates it.
func Open(dir string, keys *vault.KeyRing, log *slog.Logger) (*Doors, error) {
	box, err := keys.Sealer(subject)
	if err != nil {
		return nil, fmt.Errorf("open the doors: %w", err)
	}
	f, err := vault.Open(dir, "doors.db", vault.Options{Log: log, Quota: 32 << 20, Buckets: Buckets()})
	if err != nil {
		return nil, fmt.Errorf("open the doors: %w", err)
	}
	return &Doors{file: f, keys: keys, box: box, mills: make(chan struct{}, 2),
		seen: make(map[string]time.Time), shown: make(map[string][]shown), known: make(map[string]known)}, nil
}

// Census counts what doors.db holds.
func (d *Doors) Census() ([]vault.Count, error) { return d.file.Census() }

// Recovery says what Open had to do to doors.db.
func (d *Doors) Recovery() vault.Recovery { return d.file.Recovery() }

// File says how doors.db is.
func (d *Doors) File() vault.Stats { return d.file.Stats() }

// Close closes doors.db.
func (d *Doors) Close() error { return d.file.Close() }

// row is what stands behind a token or a code.
type row struct {
	Who    string    `json:"who,omitempty"`
	Device []byte    `json:"device,omitempty"` // bucket key of the device it belongs to
	Until  time.Time `json:"until"`
	Lent   bool      `json:"lent,omitempty"` // of a phone that others use, too
}

func (d *Doors) get(tx *vault.Tx, bucket string, key []byte) (r row, ok bool) {
	plain, _, err := d.box.Open(bucket, key, tx.Get(bucket, key))
	return r, err == nil && json.Unmarshal(plain, &r) == nil
}

func (d *Doors) put(tx *vault.Tx, bucket string, key []byte, r any) error {
	plain, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return tx.Put(bucket, key, d.box.Seal(bucket, key, 1, plain))
}

// Pair makes a single-use code that pairs one device, within ten minutes, and
// lets a set her PIN on it.
func (d *Doors) Pair(a floor.AssociateID, now time.Time) (string, error) {
	code := rand.Text()[:10]
	err := d.file.Update(func(tx *vault.Tx) error {
		return d.put(tx, pairings, d.keys.Index(pairings, code), row{Who: a.Ref(), Until: now.Add(pairingLife)})
	})
	if err != nil {
		return "", fmt.Errorf("pair a device: %w", err)
	}
	return code[:5] + "-" + code[5:], nil
}

// Enrol spends a pairing code: the device is paired, and the PIN is the one
// given from now on. The token is the device's: the one in had, if that is of a
// paired device already.
func (d *Doors) Enrol(had, code, pin string, now time.Time) (token string, a floor.AssociateID, err error) {
	if err := checkPIN(pin); err != nil {
		return "", a, err
	}
	hashed := d.mill(pin, nil)
	hashed.Used = now
	paired := d.Device(had, now)
	if token = had; !paired {
		token = rand.Text()
	}
	err = d.file.Update(func(tx *vault.Tx) error {
		key := d.keys.Index(pairings, tidy(code))
		r, ok := d.get(tx, pairings, key)
		if !ok || !now.Before(r.Until) {
			return ErrClosed
		}
		if a, err = floor.ParseAssociate(r.Who); err != nil {
			return ErrClosed
		}
		if err := tx.Delete(pairings, key); err != nil {
			return err
		}
		if err := d.put(tx, pins, d.keys.Index(pins, a.Ref()), hashed); err != nil {
			return err
		}
		if paired {
			return nil
		}
		return d.put(tx, devices, d.keys.Index(devices, token), row{Who: a.Ref(), Until: now.Add(deviceLife)})
	})
	if err != nil {
		return "", floor.AssociateID{}, fmt.Errorf("pair this device: %w", err)
	}
	return token, a, nil
}

// Device reports whether token belongs to a paired device.
func (d *Doors) Device(token string, now time.Time) bool {
	if token == "" {
		return false
	}
	var ok bool
	err := d.file.View(func(tx *vault.Tx) error {
		r, found := d.get(tx, devices, d.keys.Index(devices, token))
		ok = found && now.Before(r.Until)
		return nil
	})
	return err == nil && ok
}
