package hq

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/line"
	"foyer/vault"
)

// Options describe a link.
type Options struct {
	Dir      string        // where outbox.db stands
	Identity wire.Identity // who this box is
	Broker   string        // empty: the identity's
	// Way, if not nil, is asked how headquarters is reached, instead of Broker. A
	// document or certificate that changes its answer is on trial: it is taken back
	// if headquarters is not heard by the new way within Trial; 0 means ten minutes.
	Way   func() Way
	Trial time.Duration
	// Certificate is told, before the end of the trial of one for this line,
	// whether it is kept. It may be told again.
	Certificate func(keep bool) error
	Now         func() time.Time
	Log         *slog.Logger // nil: discard
	Version     string       // of this program, for headquarters

	// Quota bounds the events' bytes on the disk; 0 means 128 MiB, which holds
	// more than ten days of 10,000 events. Beyond it the oldest events of the
	// least urgent class go first and are counted.
	Quota int64
	// AcceptLoss is an operator's decision to begin a damaged outbox anew: what
	// headquarters has not acknowledged is lost.
	AcceptLoss bool
	// Holds names what the kinds about customers are applied to. Where it is
	// another than at the last Open, headquarters is asked for all it has.
	Holds string
	// Health is asked for what is wrong, once a minute; nil: nothing is.
	Health func() []wire.HealthEntry
	// Ledger is asked for the newest row of the log of who saw what, likewise; nil:
	// headquarters is not told.
	Ledger func() wire.LedgerHead
	// Firmware is asked how an update stands, likewise; nil: there are none.
	Firmware func() wire.FirmwareState
	// OnAck hears of n events that headquarters has now; nil: nobody does. It
	// must return at once.
	OnAck func(through uint64, n int)
	// Dial replaces the network in tests.
	Dial func(context.Context) (net.Conn, error)
	// Retry is the first pause between two connections, MaxRetry the longest; 0
	// means a second and two minutes.
	Retry, MaxRetry time.Duration
	// Patience is how long headquarters may take to acknowledge before events
	// are sent again; 0 means 15 seconds. It doubles while nothing comes.
	Patience time.Duration
}

// Errors of recording, of opening and of applying.
var (
	// ErrFull means that not even the least urgent events could make room.
	ErrFull = errors.New("outbox full of urgent events")
	// ErrKind means that a kind is not one a box records or handles.
	ErrKind = errors.New("not a kind for this")
	// ErrContent, in an error of applying, means that the message itself is at
	// fault: headquarters is told and need not send it again.
	ErrContent = errors.New("content refused")
)

// A Check looks at a verified payload and returns how to apply it, or why not.
// Its error goes to headquarters, so it names places and never people. Apply
// may be called again for the same payload after a crash, and is after an
// error, unless that is ErrContent; what follows in the order waits meanwhile.
type Check func(payload []byte) (apply func() error, err error)

// Many looks at the payloads of many messages of one kind at once and puts in
// force what is good. Refused tells of each, by its place, why it was refused, if
// it was; err is the box's own fault, and they are taken one by one then.
type Many func(payloads [][]byte) (refused []error, err error)

// Status is how the link is.
type Status struct {
	Up           bool
	Since        time.Time // of Up's last change
	Backlog      int       // events headquarters does not have yet
	LastContact  time.Time // when headquarters itself was last heard
	Agreed       time.Time // when, by this box's clock, headquarters' last agreed with it
	AckedThrough uint64
	Dropped      uint64            // events given up for want of room, ever
	Coming       int               // messages of a snapshot that are still to come
	Held         wire.Kind         // what headquarters sent and cannot be put in force for now; empty: nothing
	Refused      map[string]uint64 // messages refused since the start, by cause
}

// A Link is a box's side of the line.
type Link struct {
	o        Options
	file     *vault.File
	handlers map[wire.Kind]Check
	many     map[wire.Kind]Many
	wake     chan struct{} // something to send
	progress chan struct{} // headquarters acknowledged
	news     chan struct{} // headquarters was told otherwise in the last state

	mu      sync.Mutex
	mem     memory
	queue   queue
	seen    map[wire.Kind]revision // newest document of each retained kind, applied or rejected
	status  Status
	said    int // the backlog headquarters was last told of
	nth     uint64
	refused map[string]uint64
	trial   *trial             // nil: none
	going   Way                // of this connection
	leave   context.CancelFunc // ends it for good, so that the way is asked again
	ending  sync.Mutex         // held while a trial ends
	late    atomic.Bool        // a document has to wait for the end of the trial
	floor   floor
	met     error // what ended the last attempt to connect
}

// Open opens the outbox in o.Dir. Close the link when Run has returned.
func Open(o Options) (*Link, error) {
	if err := o.defaults(); err != nil {
		return nil, fmt.Errorf("open link: %w", err)
	}
	l := &Link{o: o, handlers: map[wire.Kind]Check{}, many: map[wire.Kind]Many{}, refused: map[string]uint64{},
		wake: make(chan struct{}, 1), progress: make(chan struct{}, 1), news: make(chan struct{}, 1)}
	if err := l.open(); err != nil {
		return nil, fmt.Errorf("open link: %w", err)
	}
	return l, nil
}

func (o *Options) defaults() error {
	if o.Now == nil {
		return errors.New("no clock: Options.Now is nil")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Broker == "" {
		o.Broker = o.Identity.Broker
	}
	if o.Quota <= 0 {
		o.Quota = 128 << 20
	}
	if o.Trial <= 0 {
		o.Trial = trialPeriod
	}
	if o.Way != nil {
		o.Broker = o.Way().Broker
	}
	if o.Patience <= 0 {
		o.Patience = 15 * time.Second
	}
	if err := o.Identity.Address.Check(); err != nil {
		return err
	}
	return (line.Options{Broker: o.Broker}).Check()
}

// Handle says what to do with documents of a kind that headquarters sends. It
// is called before Run; a kind without a handler is rejected. Naming a kind
// that headquarters does not send is a mistake in the program and panics.
func (l *Link) Handle(kind wire.Kind, check Check) {
	if !kind.Valid() || !kind.Down() || kind == wire.DownAck {
		panic(fmt.Sprintf("hq: handle %q: %v", kind, ErrKind))
	}
	l.handlers[kind] = check
}

// HandleMany says how messages of an ordered kind are put in force where a
// snapshot brings many; Handle must have named the kind too.
func (l *Link) HandleMany(kind wire.Kind, many Many) { l.many[kind] = many }

// Status says how the link is.
func (l *Link) Status() Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.status
	s.Backlog, s.AckedThrough, s.Dropped = l.queue.len(), l.mem.Acked, l.mem.Dropped
	s.Refused = maps.Clone(l.refused)
	return s
}

// Census counts what outbox.db holds.
func (l *Link) Census() ([]vault.Count, error) { return l.file.Census() }

// Recovery says what Open had to do to outbox.db.
func (l *Link) Recovery() vault.Recovery { return l.file.Recovery() }

// File says how outbox.db is.
func (l *Link) File() vault.Stats { return l.file.Stats() }

// Epoch numbers the outbox: a greater one than before is a new one, which holds
// nothing that the one before held.
func (l *Link) Epoch() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mem.Epoch
}

// Close closes the outbox.
func (l *Link) Close() error { return l.file.Close() }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
