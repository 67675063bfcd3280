package radio

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
	"foyer/radio/nl80211"
)

// driver plays the part of the kernel's radio.
type driver struct {
	aps []nl80211.AP

	mu             sync.Mutex
	list           []nl80211.Station
	partly         bool
	absent, err    error
	opened, closed int
}

func (d *driver) Open() (stations, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.absent != nil {
		return nil, d.absent
	}
	d.opened++
	return d, nil
}

func (d *driver) Read(context.Context) (nl80211.Reading, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return nl80211.Reading{APs: d.aps, Stations: d.list, Whole: !d.partly}, d.err
}

func (d *driver) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed++
	return nil
}

// change changes what the driver answers, and lets the source find out.
func (d *driver) change(absent, err error, wait time.Duration) {
	d.mu.Lock()
	d.absent, d.err = absent, err
	d.mu.Unlock()
	time.Sleep(wait)
	synctest.Wait()
}

func TestOwnRadio(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, IntakeOptions{})
		p := b.lease(t, 1)
		station := func(n int, rssi floor.DBm, average bool, inactive time.Duration) nl80211.Station {
			return nl80211.Station{Interface: "wlan0", BSSID: "00:1b:c0:aa:bb:01", Freq: 5180, Client: addr(t, n), RSSI: rssi, Average: average, Inactive: inactive}
		}
		d := &driver{list: []nl80211.Station{station(1, -61, false, 300*time.Millisecond), station(1, -63, true, 0), station(1, -40, false, time.Minute), station(2, -50, false, 0)}}
		var states []error
		src := NewOwnRadio(OwnRadioOptions{
			Intake: b.intake, State: func(err error) { states = append(states, err) },
			open: d.Open,
		})
		ctx, cancel := context.WithCancel(t.Context())
		d.absent = nl80211.ErrNoRadio
		done := start(func() error { return src.Run(ctx, b.out) })

		d.change(nl80211.ErrNoRadio, nil, 16*time.Second) // it looks at 0, 5 and 15 s
		if d.opened != 0 || len(states) != 1 || !errors.Is(states[0], nl80211.ErrNoRadio) || len(b.out) != 0 {
			t.Errorf("without a radio: opened %d times, states %v", d.opened, states)
		}
		d.change(nil, nil, 20*time.Second) // somebody plugs one in
		want := floor.Batch{Received: opening, Alive: []floor.APID{"ap-02"}, Reports: []floor.Report{
			{AP: "ap-02", Phone: p, RSSI: -61, Kind: floor.UplinkAssoc, Freq: 5180, At: opening.Add(-300 * time.Millisecond), AtErr: 100 * time.Millisecond},
			{AP: "ap-02", Phone: p, RSSI: -63, Kind: floor.VendorAverage, Freq: 5180, At: opening, AtErr: 100 * time.Millisecond},
		}}
		if diff := cmp.Diff(want, <-b.out, compareBatches); diff != "" {
			t.Error(diff)
		}
		if len(states) != 2 || states[1] != nil {
			t.Errorf("with a radio: states %v", states)
		}
		d.change(nil, errors.New("the radio was pulled out"), 10*time.Second)
		if len(states) != 3 || !errors.Is(states[2], d.err) || d.closed == 0 {
			t.Errorf("pulled out: states %v, closed %d times", states, d.closed)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if d.opened != d.closed {
			t.Errorf("opened %d times, closed %d times", d.opened, d.closed)
		}
	})
}

// On a build machine without a radio the real kernel is asked, and the source
// degrades to a word about it.
func TestOwnRadioAbsent(t *testing.T) {
	if s, err := nl80211.Open(); err == nil {
		s.Close()
		t.Skip("this machine has nl80211")
	}
	b := newBench(t, IntakeOptions{})
	told := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	src := NewOwnRadio(OwnRadioOptions{Intake: b.intake, State: func(err error) { told <- err }})
	done := start(func() error { return src.Run(ctx, b.out) })
	if err := <-told; !errors.Is(err, nl80211.ErrNoRadio) {
		t.Error(err)
	}
	cancel()
	if err := <-done; err != nil || src.Name() != "own-radio" {
		t.Error(err)
	}
}
