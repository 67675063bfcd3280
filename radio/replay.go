package radio

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/netip"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// A Reading is one row of a recorded walk.
type Reading struct {
	T      float64 // seconds since the start of the recording, not decreasing
	Device string  // which phone; any label
	AP     string  // an access point of the plan, or an alias
	RSSI   floor.DBm
}

// ReplayOptions say how a recording is told.
type ReplayOptions struct {
	// Start is the store time of second 0.
	Start time.Time
	// Speed is how many recorded seconds pass in one second of wall time;
	// 0 tells everything at once.
	Speed float64
	// Client is the made-up hardware address of the first device; those of
	// the others count on from it. Empty means 02:00:5e:10:00:01.
	Client string
	// IP is the first device's address, if the sensor is to know it; those
	// of the others count on from it.
	IP netip.Addr
	// Kind is how the readings came about.
	Kind floor.Kind
	// Every is how much recorded time goes into one delivery; 0 means 1 s.
	Every time.Duration
}

// ErrReplay means that a recording cannot be told; the message names the row.
var ErrReplay = errors.New("replay")

// Replay tells a recording as a sensor would: it calls emit with one delivery
// of canonical lines for each span of Every, when its last reading is due. The
// slice is emit's until it returns. Addresses are made up, one per device, in
// the order in which the devices occur; they need not be secret. Replay returns
// nil when the recording or ctx ends.
func Replay(ctx context.Context, rec iter.Seq2[Reading, error], o ReplayOptions, emit func(ndjson []byte) error) error {
	p, err := newPlayer(o)
	if err != nil {
		return err
	}
	row := 0
	for r, err := range rec {
		row++
		if err != nil {
			return fmt.Errorf("%w row %d: %w", ErrReplay, row, err)
		}
		if p.due(r) {
			if err := p.flush(ctx, emit); err != nil || ctx.Err() != nil {
				return err
			}
		}
		if err := p.add(r); err != nil {
			return fmt.Errorf("%w row %d: %w", ErrReplay, row, err)
		}
	}
	return p.flush(ctx, emit)
}

// player holds one delivery in the making.
type player struct {
	o       ReplayOptions
	client  uint64
	devices map[string]device
	began   time.Time // wall time of second 0
	from    time.Duration
	last    time.Duration
	lines   []byte
}

type device struct {
	addr report.Addr
	ip   []netip.Addr
}

func newPlayer(o ReplayOptions) (*player, error) {
	if o.Client == "" {
		o.Client = "02:00:5e:10:00:01"
	}
	if o.Every <= 0 {
		o.Every = time.Second
	}
	first, err := net.ParseMAC(o.Client)
	if err != nil || len(first) != 6 || first[0]&3 != 2 {
		return nil, fmt.Errorf("%w: Client: want a locally administered hardware address, so that it is nobody's", ErrReplay)
	}
	if o.Speed < 0 || o.Start.IsZero() {
		return nil, fmt.Errorf("%w: want a Start and a Speed that is not negative", ErrReplay)
	}
	return &player{o: o, client: binary.BigEndian.Uint64(append(make([]byte, 2), first...)), devices: map[string]device{}, began: time.Now()}, nil
}

// due reports whether the delivery in the making is complete before r.
func (p *player) due(r Reading) bool {
	return len(p.lines) > 0 && seconds(r.T) >= p.from+p.o.Every
}

func (p *player) add(r Reading) error {
	at := seconds(r.T)
	if !(r.T >= 0 && r.T < 1e8) || at < p.last {
		return errors.New("t_s goes back, or is no time: replay one track at a time")
	}
	d, err := p.device(r.Device)
	if err != nil {
		return err
	}
	if len(p.lines) == 0 {
		p.from = at
	}
	p.last = at
	line := report.Report{AP: r.AP, Client: d.addr, RSSI: r.RSSI, Kind: p.o.Kind, At: p.o.Start.Add(at), IP: d.ip}
	p.lines, err = report.Append(p.lines, &line)
	return err
}

func (p *player) device(label string) (device, error) {
	if d, ok := p.devices[label]; ok {
		return d, nil
	}
	n := len(p.devices)
	addr, err := report.AddrFrom(binary.BigEndian.AppendUint64(nil, p.client+uint64(n))[2:])
	if err != nil {
		return device{}, fmt.Errorf("device %d: %w", n+1, err)
	}
	d := device{addr: addr}
	if p.o.IP.IsValid() {
		ip := p.o.IP
		for range n {
			ip = ip.Next()
		}
		d.ip = []netip.Addr{ip}
	}
	p.devices[label] = d
	return d, nil
}

// flush waits until the last reading is due and emits the delivery.
func (p *player) flush(ctx context.Context, emit func([]byte) error) error {
	if len(p.lines) == 0 {
		return nil
	}
	if p.o.Speed > 0 {
		timer := time.NewTimer(time.Until(p.began.Add(time.Duration(float64(p.last) / p.o.Speed))))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return nil
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	defer func() { p.lines = p.lines[:0] }()
	if err := emit(p.lines); err != nil {
		return fmt.Errorf("replay second %.1f: %w", p.last.Seconds(), err)
	}
	return nil
}

func seconds(t float64) time.Duration { return time.Duration(t * float64(time.Second)) }
