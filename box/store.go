package box

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"foyer/box/trust"
	"foyer/concierge"
	"foyer/config"
	"foyer/firmware/spool"
	"foyer/floor"
	"foyer/health"
	"foyer/ledger"
	"foyer/policy"
	"foyer/profile"
	"foyer/radio"
	"foyer/sync/hq"
	"foyer/sync/wire"
	"foyer/vault"
	"foyer/web"
)

// store is one shop put together.
type store struct {
	in       Inputs
	log      *slog.Logger
	config   atomic.Pointer[config.Config]
	plan     atomic.Pointer[floor.Plan]
	health   *health.Board
	clock    *clock
	looked   time.Time           // wall time of the last look at the clock; upkeep's
	accused  map[accusation]bool // upkeep's
	verified time.Time           // wall time of the ledger's last reading; upkeep's
	refusals map[string]string   // what is warned of, by the certificate's use; upkeep's
	identity wire.Identity
	trust    *trust.Keeper // of what was renewed of it; nil without an identity

	keys     *vault.KeyRing
	profiles *profile.Cache
	ledger   *ledger.Log
	guests   *radio.Guests
	aliases  aliases
	intake   *radio.Intake
	sources  sources
	unknown  []string // access points that are not on the plan; upkeep's
	flow     *flow
	desk     *concierge.Desk
	door     *concierge.Door
	link     *hq.Link
	owed     owed
	telling  sync.Mutex // one at a time tells headquarters of erasures

	trialMu   sync.Mutex
	trialTold trialTold

	closed     bool // customers' keys do not open; upkeep's
	draftMu    sync.Mutex
	unrecorded atomic.Bool // the outbox did not take the last event, for another reason than room
	forgetting sync.Mutex  // one erasure at a time
	unfinished atomic.Bool // one could only be begun

	started   time.Time
	updates   *spool.Spool
	badUpdate string // the warning that is set; upkeep's

	web      *web.Server
	sessions sessions
	pages    struct{ guest, staff string } // addresses people are given
	closers  []func() error
}

// open opens everything a store owns, from the keys outwards. What was opened
// is closed by close, also after an error.
func open(in Inputs) (*store, error) {
	b := &store{in: in, log: in.Log, health: health.New(in.Now, in.Log)}
	b.config.Store(in.Config)
	for _, step := range []func() error{b.openKeys, b.openData, b.openIdentity, b.openLink, b.openFloor} {
		if err := step(); err != nil {
			return b, err
		}
	}
	return b, nil
}

func (b *store) close() error {
	var errs []error
	for i := len(b.closers) - 1; i >= 0; i-- {
		errs = append(errs, b.closers[i]())
	}
	return errors.Join(errs...)
}

func (b *store) openKeys() error {
	c := b.in.Config
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("open the data folder: %w", err)
	}
	root, err := c.OpenRootKey()
	if err != nil {
		return err
	}
	b.warn(c.RootKeyBeside(), health.RootKeyBeside, "", b.in.Now())
	if b.keys, err = vault.OpenKeys(c.Data, root, vault.KeyOptions{Log: b.log, Now: b.in.Now, AcceptLoss: b.in.accepts(fileKeys)}); err != nil {
		return fmt.Errorf("open the key ring: %w", teach(fileKeys, err))
	}
	b.closers = append(b.closers, b.keys.Close)
	return nil
}

// openData opens the databases and what decides over them.
func (b *store) openData() error {
	c := b.in.Config
	var err error
	if b.profiles, err = profile.Open(c.Data, b.keys, profile.Options{Now: b.in.Now, Log: b.log, Node: node(c)}); err != nil {
		return err
	}
	b.closers = append(b.closers, b.profiles.Close)
	if b.clock, err = openClock(c.Data); err != nil {
		return err
	}
	b.clockBelieved()
	b.ageShare(b.in.Now()) // before anybody asks
	b.ledger, err = ledger.Open(c.Data, b.keys, ledger.Options{Log: b.log, Now: b.in.Now, Believed: b.clock.believed,
		AcceptLoss: b.in.accepts(fileLedger)})
	if err != nil {
		return teach(fileLedger, err)
	}
	b.closers = append(b.closers, b.ledger.Close)
	b.guests = radio.NewGuests(radio.GuestOptions{Now: b.in.Now, Log: b.log})
	b.desk, err = concierge.NewDesk(concierge.Options{Dir: c.Data, Keys: b.keys, Profiles: b.profiles, Ledger: b.ledger,
		Binder: b.guests, Policy: policy.Strict(), StoreID: c.Store.ID, Zone: c.Store.Location,
		Rules: rules(c), Log: b.log})
	if err != nil {
		return err
	}
	b.closers = append(b.closers, b.desk.Close)
	b.door = b.desk.Door(b.closing, func(ctx context.Context, x concierge.Bound) error {
		return b.flow.do(ctx, func(time.Time) { b.flow.arrive(x) })
	})
	b.health.Set(health.PolicyStrict, "", b.in.Now())
	return nil
}

// node names this box in the stamps of consents. Headquarters takes plain
// identifiers only, and within a chain a store's is its own.
func node(c *config.Config) string { return c.Store.ID }

// openIdentity reads who this box is, where it has been told.
func (b *store) openIdentity() error {
	c := b.in.Config
	if c.Identity == "" {
		return nil
	}
	var err error
	if b.identity, err = wire.LoadIdentity(c.Identity); err != nil {
		return err
	}
	b.trust, err = trust.Open(filepath.Join(c.Data, "trust"), b.identity)
	return err
}

// openLink opens the line to headquarters and registers what it may send.
func (b *store) openLink() error {
	c := b.in.Config
	if c.HQ.Broker == "" {
		return nil
	}
	link, err := hq.Open(b.linkOptions())
	if err != nil {
		return teach(fileOutbox, err)
	}
	b.link = link
	b.closers = append(b.closers, link.Close)
	return b.profiles.TellVia(strconv.FormatUint(link.Epoch(), 10))
}

func (b *store) linkOptions() hq.Options {
	c := b.in.Config
	return hq.Options{Dir: c.Data, Identity: b.identity, Way: b.way, Trial: c.HQ.Trial, Certificate: b.endTrial, Now: b.in.Now, Log: b.log,
		Holds: b.profiles.Birth(), Version: b.in.Version, OnAck: b.in.Watch.Acked, Health: b.healthEntries,
		Ledger:     func() wire.LedgerHead { return wire.LedgerHead(b.ledgerHead()) },
		Firmware:   b.firmwareState,
		AcceptLoss: b.in.accepts(fileOutbox)}
}

// openFloor makes the moving state. Without a plan nobody can be located, but
// the box listens, so that headquarters can send one.
func (b *store) openFloor() error {
	b.flow = &flow{
		now: b.in.Now, tick: b.in.Tick, guests: b.guests, desk: b.desk, zones: newZones(), show: b.show, record: b.record,
		alive: b.in.Alive, watch: b.in.Watch, leased: map[floor.Phone]bool{}, batches: make(chan floor.Batch, 256),
		requests: make(chan request), told: make(chan told, 1024),
	}
	b.flow.figures.Store(&figures{})
	b.aliases.Store(&radio.Aliases{})
	b.plan.Store(&floor.Plan{})
	if next, ok := b.firstFloor(); ok {
		b.putFloor(next)
	} else {
		b.health.Set(health.PlanMissing, "", b.in.Now())
	}
	return nil
}

// afterHours is how long a lease made while the store is closed lasts: staff
// parties, late guests, a wrong clock.
const afterHours = time.Hour

// closing returns when a lease made now ends at the latest: when the store
// closes.
func (b *store) closing(now time.Time) time.Time {
	open, shut := b.config.Load().Store.Hours(now)
	if now.Before(open) || !now.Before(shut) {
		return now.Add(afterHours)
	}
	return shut
}
