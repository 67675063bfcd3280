package hq

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"foyer/sync/wire"
	"foyer/vault"
)

const (
	bucketEvents    = "events"
	bucketDocuments = "documents"
	bucketMemory    = "memory"
)

// Buckets declares what outbox.db holds.
func Buckets() []vault.Bucket {
	const running = "legitimate interest: running the store"
	return []vault.Bucket{
		{Name: bucketEvents, Purpose: "events headquarters does not have yet", Basis: "as the event's own", Whose: "customers and staff",
			Fields: "the messages up, until headquarters has them; their kinds and times can be seen", Under: vault.UnderHQ},
		{Name: bucketDocuments, Purpose: "headquarters' last good and previous documents, as they came", Basis: running, Whose: "staff",
			Fields: "roster (name, role, tier, department, skills, languages) and schedule; unsealed, and about nobody: plan, policy, settings, content",
			Under:  vault.UnderIdentity},
		{Name: bucketMemory, Purpose: "numbering of both directions", Basis: running, Whose: "nobody", Fields: "numbers and revisions", Under: vault.Unsealed},
	}
}

// memory is what both numberings need to survive.
type memory struct {
	Epoch    uint64 `json:"epoch"`    // of this outbox
	Sequence uint64 `json:"sequence"` // of the last event recorded
	Acked    uint64 `json:"acked"`
	Dropped  uint64 `json:"dropped"`
	Connects uint64 `json:"connects"` // numbers up/state

	Floor time.Time `json:"floor,omitzero"` // headquarters' time when it was last heard

	Have  revision `json:"have"`            // of the ordered kinds
	Holds string   `json:"holds,omitempty"` // what they were applied to
}

// A revision numbers what headquarters sends.
type revision struct {
	Epoch uint64 `json:"epoch"`
	Rev   uint64 `json:"rev"`
}

func (r revision) newer(than revision) bool {
	return wire.Newer(r.Epoch, r.Rev, than.Epoch, than.Rev)
}

// An event is what is recorded, before it is numbered.
type event struct {
	kind    wire.Kind
	payload any
}

// A change is what one commit makes of the outbox, all of it or nothing.
type change struct {
	events []event                        // to add
	gone   []key                          // to remove
	also   func(*vault.Tx, *memory) error // nil: nothing else
}

func (l *Link) open() error {
	file, err := vault.Open(l.o.Dir, "outbox.db", vault.Options{
		Buckets: Buckets(), Quota: 2*l.o.Quota + 64<<20, Log: l.o.Log, Irreplaceable: true, AcceptLoss: l.o.AcceptLoss, Now: l.o.Now})
	if err != nil {
		return err
	}
	l.file = file
	if err := l.load(); err != nil {
		return errors.Join(err, file.Close())
	}
	return nil
}

func (l *Link) load() error {
	l.seen = map[wire.Kind]revision{}
	err := l.file.View(func(tx *vault.Tx) error {
		if b := tx.Get(bucketMemory, []byte("memory")); b != nil {
			if err := json.Unmarshal(b, &l.mem); err != nil {
				return fmt.Errorf("outbox.db: memory: %w", err)
			}
		}
		if err := tx.Each(bucketMemory, []byte("down/"), func(k, v []byte) error {
			var r revision
			err := json.Unmarshal(v, &r)
			l.seen[wire.Kind(k)] = r
			return err
		}); err != nil {
			return fmt.Errorf("outbox.db: revisions: %w", err)
		}
		if err := l.readTrial(tx); err != nil {
			return err
		}
		return tx.Each(bucketEvents, nil, func(k, v []byte) error {
			id, err := parseKey(k)
			l.queue.add(id, len(v))
			return err
		})
	})
	if err != nil {
		return err
	}
	if own, err := l.o.Identity.Own(); err == nil {
		l.raise(own.NotBefore)
		l.floor.most = own.NotAfter
	}
	l.raise(l.mem.Floor)
	return errors.Join(l.begin(), l.refill())
}

// begin gives a new outbox its epoch.
func (l *Link) begin() error {
	if l.mem.Epoch != 0 {
		return nil
	}
	// A new outbox begins a new epoch, greater than any before: the clock
	// orders them, the random part tells two apart if the clock is lost. It
	// stays below 2^53, where other languages' numbers end.
	return l.commit(change{also: func(_ *vault.Tx, m *memory) error {
		m.Epoch = uint64(max(l.now().UnixMilli(), 1))<<10 | rand.Uint64N(1<<10)
		return nil
	}})
}

// refill asks headquarters for all it has about customers where what it has
// sent is no longer there: the revisions held are those of a file that is gone.
func (l *Link) refill() error {
	if l.o.Holds == l.mem.Holds {
		return nil
	}
	have := l.mem.Have
	c := change{also: func(_ *vault.Tx, m *memory) error {
		m.Holds, m.Have.Rev = l.o.Holds, 0
		return nil
	}}
	if have.Rev > 0 {
		l.o.Log.Warn("asking headquarters for everything again")
		c.events = []event{{wire.UpResync, wire.Resync{Epoch: have.Epoch, Have: 0, Saw: have.Rev}}}
	}
	return l.commit(c)
}

// Record puts an event into the outbox. It is on the disk when Record returns
// nil, and headquarters will have it exactly once in effect.
func (l *Link) Record(kind wire.Kind, payload any) error {
	if kind.Down() || !kind.Valid() || kind == wire.UpState {
		return fmt.Errorf("record %s: %w", kind, ErrKind)
	}
	if err := l.commit(change{events: []event{{kind, payload}}}); err != nil {
		return fmt.Errorf("record %s: %w", kind, err)
	}
	return nil
}

// commit makes a change on the disk, then in memory. Where the disk has no
// room, the least urgent events give theirs; what headquarters waits for is
// written even if that is not enough, out of the file's reserve.
func (l *Link) commit(c change) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.try(c, 0)
	if errors.Is(err, vault.ErrFull) && len(c.events) > 0 {
		err = l.try(c, fullDisk)
	}
	return err
}

// fullDisk is how many bytes of events go at once when the disk is full.
const fullDisk = 256 << 10

// try makes a change, giving up at least spare bytes of events for it.
func (l *Link) try(c change, spare int) error {
	m := l.mem
	var added []key
	var bodies [][]byte
	for _, e := range c.events {
		body, err := l.wrap(&m, e)
		if err != nil {
			return err
		}
		added, bodies = append(added, key{e.kind.Of().Priority, m.Sequence}), append(bodies, body)
	}
	victims, err := l.room(bodies, spare)
	if err != nil {
		return err
	}
	m.Dropped += uint64(len(victims))
	gone := append(victims, c.gone...)
	err = l.file.Update(func(tx *vault.Tx) error {
		for _, k := range gone {
			if err := tx.Delete(bucketEvents, k.bytes()); err != nil {
				return err
			}
		}
		if c.also != nil {
			if err := c.also(tx, &m); err != nil {
				return err
			}
		}
		for i, k := range added {
			put := tx.Put
			if spare > 0 && k.class < wire.Ordinary {
				put = tx.PutAnyway // room has bounded how many there are
			}
			if err := put(bucketEvents, k.bytes(), bodies[i]); err != nil {
				return err
			}
		}
		return putJSON(tx, "memory", m)
	})
	if err != nil {
		return err
	}
	l.mem = m
	l.queue.remove(gone)
	for i, k := range added {
		l.queue.add(k, len(bodies[i]))
	}
	if len(added) > 0 {
		signal(l.wake)
	}
	return nil
}

// wrap numbers, signs and seals an event. What lies in the outbox can be read
// by headquarters only, not by whoever takes the disk.
func (l *Link) wrap(m *memory, e event) ([]byte, error) {
	data, err := wire.Encode(e.kind, e.payload)
	if err != nil {
		return nil, err
	}
	m.Sequence++
	body, err := l.o.Identity.Wrap(wire.Message{Kind: e.kind, Epoch: m.Epoch, Rev: m.Sequence, NotBefore: l.now(), Payload: data})
	if err != nil {
		return nil, err
	}
	return append([]byte(e.kind+"\n"), body...), nil
}

// room returns the events that must go for bodies to fit the quota and, as far
// as there are any, for spare bytes to come free.
func (l *Link) room(bodies [][]byte, spare int) ([]key, error) {
	if len(bodies) == 0 {
		return nil, nil
	}
	need := l.queue.bytes - int(l.o.Quota)
	for _, b := range bodies {
		need += len(b)
	}
	if _, ok := l.queue.victims(need); !ok {
		return nil, ErrFull
	}
	victims, _ := l.queue.victims(max(need, spare))
	return victims, nil
}

// putJSON writes the link's memory, which never grows beyond some rows. A full
// disk must not refuse it: without it no acknowledgement could make room.
func putJSON(tx *vault.Tx, key string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return tx.PutAnyway(bucketMemory, []byte(key), b)
}

func (k key) bytes() []byte {
	return binary.BigEndian.AppendUint64([]byte{byte(k.class)}, k.seq)
}

func parseKey(b []byte) (key, error) {
	if len(b) != 9 || b[0] > byte(wire.Ordinary) {
		return key{}, fmt.Errorf("outbox.db: an event's key has %d bytes", len(b))
	}
	return key{wire.Priority(b[0]), binary.BigEndian.Uint64(b[1:])}, nil
}

// splitEvent takes apart what wrap made.
func splitEvent(b []byte) (wire.Kind, []byte) {
	kind, body, _ := bytes.Cut(b, []byte("\n"))
	return wire.Kind(kind), body
}
