package office

import (
	"crypto/ed25519"
	"crypto/hpke"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"foyer/sync/wire"
	"foyer/vault"
)

// The buckets of office.db. Keys begin with the store and a zero byte.
const (
	bucketMemory   = "memory"
	bucketStores   = "stores"
	bucketRetained = "retained" // then the kind
	bucketOrdered  = "ordered"  // then the revision, 8 bytes
	bucketSubjects = "subjects" // then the pseudonym
	bucketCodes    = "codes"    // the SHA-256 of the code

	bucketKeys       = "keys"       // the name
	bucketNames      = "names"      // the chain's own name of a customer
	bucketPseudonyms = "pseudonyms" // the pseudonym
	bucketErasures   = "erasures"   // the reference
	bucketGroups     = "groups"     // the name
	bucketStaged     = "staged"     // a number, 8 bytes
	bucketOrders     = "orders"     // the store

	bucketForgetting = "forgetting" // keys are pseudonyms
	bucketForgotten  = "forgotten"  // keys are marks
)

func buckets() []vault.Bucket {
	const running, consent = "legitimate interest: running the stores", "consent"
	return []vault.Bucket{
		{Name: bucketMemory, Purpose: "headquarters' numbering", Basis: running},
		{Name: bucketStores, Purpose: "what each store has said and has", Basis: running},
		{Name: bucketRetained, Purpose: "the newest document of each kind for each store", Basis: running},
		{Name: bucketOrdered, Purpose: "what each store should hold of each customer", Basis: consent},
		{Name: bucketSubjects, Purpose: "finds a customer's messages, so that erasure removes them", Basis: consent},
		{Name: bucketCodes, Purpose: "codes with which new boxes enrol, and what was answered", Basis: running, TTL: keepCode},
		{Name: bucketKeys, Purpose: "what the chain's programs may ask; the SHA-256 of each key", Basis: running},
		{Name: bucketNames, Purpose: "the pseudonym of each customer in the chain's own programs", Basis: consent},
		{Name: bucketPseudonyms, Purpose: "whose pseudonym one is, so that erasure removes that", Basis: consent},
		{Name: bucketErasures, Purpose: "how far an erasure is; names nobody", Basis: "legal obligation", TTL: keepErasure},
		{Name: bucketGroups, Purpose: "which stores belong together", Basis: running},
		{Name: bucketOrders, Purpose: "requests for publicly trusted certificates that are not answered yet", Basis: running},
		{Name: bucketStaged, Purpose: "profiles of an import that is under way", Basis: consent},
		{Name: bucketForgetting, Purpose: "erased customers who stand in the log of events still", Basis: "legal obligation"},
		{Name: bucketForgotten, Purpose: "keep what is reported late of an erased customer out of the log", Basis: "legal obligation", TTL: forgottenFor},
	}
}

// memory is headquarters' own.
type memory struct {
	Epoch  uint64 `json:"epoch"`
	Offset int64  `json:"offset"` // bytes of events.ndjson that the stores' records cover
	Marks  []byte `json:"marks"`  // the key of the marks of erased customers
}

// record is what the disk keeps of one store.
type record struct {
	Rev      uint64               `json:"rev"`     // last given, to documents of any kind
	Applied  uint64               `json:"applied"` // ordered kinds: in force up to here
	Done     map[uint64]intervals `json:"done"`    // by the store's epoch: events taken or given up
	Lost     uint64               `json:"lost"`    // events the store gave up for want of room
	State    wire.State           `json:"state"`
	StateRev [2]uint64            `json:"state_rev"` // epoch and connection of State
	Contact  time.Time            `json:"contact"`
	Rejected []wire.Rejected      `json:"rejected,omitempty"` // the newest
	Share    []byte               `json:"share,omitempty"`    // of the store's keys; made when first sent
	Withheld bool                 `json:"withheld,omitempty"` // the share is not sent
	Ledger   wire.LedgerHead      `json:"ledger,omitzero"`    // of the store's log of who saw what, as it last said
	HeardAs  [3]uint64            `json:"heard_as,omitzero"`  // epoch, connection and number of the word that said so
	Back     *LedgerBack          `json:"ledger_back,omitempty"`
	Renewed  map[string]renewal   `json:"renewed,omitempty"` // by use, the last certificate given
	// NotGranted is why the last request for a certificate of a use was not granted.
	NotGranted map[string]string `json:"not_granted,omitempty"`
	Drawn      *DrawnPlan        `json:"drawn,omitempty"`   // the plan last drawn in the store
	Replaced   time.Time         `json:"replaced,omitzero"` // when a new box took the place of the one before
}

// document is a retained document as it was last pushed.
type document struct {
	Rev     uint64 `json:"rev"`
	Payload []byte `json:"payload"`
	Outcome string `json:"outcome,omitempty"` // applied, rejected; empty: not heard yet
	Reason  string `json:"reason,omitempty"`
	Before  []byte `json:"before,omitempty"` // what was in force before this one, to go back to
}

// message is one of the ordered kinds.
type message struct {
	Kind    wire.Kind `json:"kind"`
	Subject string    `json:"subject,omitempty"`
	Payload []byte    `json:"payload"`
}

// store is one store while the office is open.
type store struct {
	address wire.Address
	rec     record
	ordered []uint64 // revisions on the disk, rising
	docs    map[wire.Kind]document
	keys    []ed25519.PublicKey
	seal    hpke.PublicKey

	// What this connection has sent; forgotten with it.
	greeted  bool
	unshared bool // the key share is due
	sentDocs map[wire.Kind]uint64
	flight   []uint64 // ordered revisions sent and not in force yet
	cursor   uint64   // the last of them
	snapshot sending  // where they are many
	moved    bool     // the store has put something in force since again looked

	revoked bool // its box is not believed any more, nor told anything

	acked time.Time // when an acknowledgement was last made for it
}

func (f *Office) files() error {
	file, err := vault.Open(f.o.Dir, "office.db", vault.Options{
		Buckets: buckets(), Quota: 8 << 30, Log: f.o.Log, Irreplaceable: true, AcceptLoss: f.o.AcceptLoss, Now: f.o.Now})
	if err != nil {
		return err
	}
	f.file = file
	if err := f.load(); err != nil {
		return err
	}
	if err := f.readKeyring(); err != nil {
		return err
	}
	if f.mem.Epoch == 0 {
		// A new office.db numbers anew, so it begins a greater epoch.
		f.mem.Epoch = uint64(max(f.o.Now().UnixMilli(), 1))<<10 | rand.Uint64N(1<<10)
		if err := f.file.Update(func(tx *vault.Tx) error { return putJSON(tx, bucketMemory, "memory", f.mem) }); err != nil {
			return err
		}
	}
	if err := f.marks(); err != nil {
		return err
	}
	if err := f.knowAll(); err != nil {
		return err
	}
	if err := f.openLog(); err != nil {
		return err
	}
	return f.resumeImport()
}

// knowAll reads every store that has been issued and is not known yet. The
// caller holds mu, or is Open.
func (f *Office) knowAll() error {
	names, err := stores(f.o.Dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := f.known(name); err != nil {
			return err
		}
	}
	return nil
}

func (f *Office) load() error {
	return f.file.View(func(tx *vault.Tx) error {
		return getJSON(tx, bucketMemory, "memory", &f.mem)
	})
}

// known returns a store, reading it from the disk at first. The caller holds
// mu, or is Open.
func (f *Office) known(name string) (*store, error) {
	if s := f.stores[name]; s != nil {
		return s, nil
	}
	s := &store{address: wire.Address{Chain: f.chain, Store: name}, docs: map[wire.Kind]document{}, sentDocs: map[wire.Kind]uint64{}}
	if err := s.address.Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	if err := s.readKeys(f.o.Dir); err != nil {
		return nil, err
	}
	var err error
	if s.revoked, err = outlawed(f.o.Dir, name); err != nil {
		return nil, err
	}
	err = f.file.View(func(tx *vault.Tx) error {
		if err := getJSON(tx, bucketStores, name, &s.rec); err != nil {
			return err
		}
		prefix := name + "\x00"
		if err := tx.Each(bucketRetained, []byte(prefix), func(k, v []byte) error {
			var d document
			err := json.Unmarshal(v, &d)
			s.docs[wire.Kind(strings.TrimPrefix(string(k), prefix))] = d
			return err
		}); err != nil {
			return err
		}
		return tx.Each(bucketOrdered, []byte(prefix), func(k, _ []byte) error {
			s.ordered = append(s.ordered, binary.BigEndian.Uint64(k[len(prefix):]))
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", name, err)
	}
	if s.rec.Done == nil {
		s.rec.Done = map[uint64]intervals{}
	}
	f.stores[name], f.dirty[name] = s, true
	return s, nil
}

func (s *store) readKeys(dir string) error {
	home := storeDir(dir, s.address.Store)
	sign, err := os.ReadFile(filepath.Join(home, "sign.pub"))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("store %s: %w", s.address.Store, ErrStore)
	}
	if err != nil {
		return err
	}
	if s.keys, err = wire.ParseSignKeys(sign); err != nil {
		return fmt.Errorf("store %s: sign.pub: %w", s.address.Store, err)
	}
	open, err := os.ReadFile(filepath.Join(home, "open.pub"))
	if err != nil {
		return err
	}
	if s.seal, err = wire.ParseSealKey(open); err != nil {
		return fmt.Errorf("store %s: open.pub: %w", s.address.Store, err)
	}
	return nil
}

// applied moves what is in force and forgets the messages that have no use
// afterwards. The caller writes the record.
func (s *store) applied(tx *vault.Tx, rev uint64) error {
	if rev <= s.rec.Applied {
		return nil
	}
	var gone []uint64
	for _, r := range s.ordered[upTo(s.ordered, s.rec.Applied):upTo(s.ordered, rev)] {
		m, err := s.message(tx, r)
		if err != nil {
			return err
		}
		if m.Kind != wire.DownProfile && m.Kind != wire.DownConsent {
			gone = append(gone, r)
		}
		if m.Kind == wire.DownErase {
			tx.CompactLater() // it was the last that named her
		}
	}
	s.rec.Applied = rev
	return s.drop(tx, gone)
}

func (s *store) message(tx *vault.Tx, rev uint64) (message, error) {
	var m message
	return m, getJSON(tx, bucketOrdered, s.key(rev), &m)
}

func (s *store) drop(tx *vault.Tx, revs []uint64) error {
	for _, r := range revs {
		if err := tx.Delete(bucketOrdered, []byte(s.key(r))); err != nil {
			return err
		}
	}
	for _, r := range revs {
		if i, found := slices.BinarySearch(s.ordered, r); found {
			s.ordered = slices.Delete(s.ordered, i, i+1)
		}
	}
	return nil
}

func (s *store) key(rev uint64) string {
	return s.address.Store + "\x00" + string(binary.BigEndian.AppendUint64(nil, rev))
}

// upTo returns how many of the rising revs are at most rev.
func upTo(revs []uint64, rev uint64) int {
	i, found := slices.BinarySearch(revs, rev)
	if found {
		i++
	}
	return i
}

func putJSON(tx *vault.Tx, bucket, key string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return tx.Put(bucket, []byte(key), b)
}

// getJSON leaves v alone where there is nothing.
func getJSON(tx *vault.Tx, bucket, key string, v any) error {
	b := tx.Get(bucket, []byte(key))
	if b == nil {
		return nil
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("office.db: %s: %w", bucket, err)
	}
	return nil
}
