package main

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"foyer/firmware"
	"foyer/sync/hq"
	"foyer/sync/wire"
)

// A pilot is a store's real link whose updates end as the test says.
type pilot struct {
	*testing.T
	link  *hq.Link
	state atomic.Pointer[wire.FirmwareState]
	told  atomic.Int32 // pointers it was given
	stop  func()
}

func newPilot(t *testing.T, o *headquarters, store string) *pilot {
	t.Helper()
	id, err := wire.LoadIdentity(strings.TrimSpace(o.do("ca", "store", "--store", store)))
	must(t, "", err)
	p := &pilot{T: t}
	p.state.Store(&wire.FirmwareState{State: string(firmware.Idle)})
	p.link, err = hq.Open(hq.Options{Dir: t.TempDir(), Identity: id, Broker: o.broker, Now: time.Now, Version: "1.4.1",
		Firmware: func() wire.FirmwareState { return *p.state.Load() }})
	must(t, "", err)
	p.link.Handle(wire.DownFirmware, func(b []byte) (func() error, error) {
		w, err := wire.Decode[wire.Firmware](b)
		return func() error {
			p.told.Add(1)
			p.state.Store(&wire.FirmwareState{State: string(firmware.Downloading), Wanted: w.Version, Got: 40, Size: 100})
			return nil
		}, err
	})
	p.run()
	t.Cleanup(func() { p.stop(); p.link.Close() })
	return p
}

func (p *pilot) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.link.Run(ctx) }()
	p.stop = func() { cancel(); <-done }
}

// end is how the update ended. A box says so when it has started anew.
func (p *pilot) end(s wire.FirmwareState) {
	p.stop()
	p.state.Store(&s)
	p.run()
}

// TestRollout goes in waves through stores on a real broker: the first wave is
// the same however often it is sent, what became of it is seen at headquarters,
// and a version that one store could not keep goes no further unless somebody
// says so.
func TestRollout(t *testing.T) {
	t.Parallel()
	const version, half = "1.4.2", 50
	o := openHeadquarters(t)
	pilots, first := map[string]*pilot{}, []string(nil)
	for n := 0; len(pilots) < 6; n++ {
		store, wave := fmt.Sprintf("%03d", n), len(first)
		if in := inWave(version, store, half); in && wave == 3 || !in && len(pilots)-wave == 3 {
			continue // three of each
		} else if in {
			first = append(first, store)
		}
		pilots[store] = newPilot(t, o, store)
	}
	told := func(first, others int32) func() bool {
		return func() bool {
			for store, p := range pilots {
				if want := map[bool]int32{true: first, false: others}[inWave(version, store, half)]; p.told.Load() != want {
					return false
				}
			}
			return true
		}
	}
	eventually(t, "all six known", func() bool { return strings.Count(o.do("firmware", "status"), "idle") == 6 })
	rollout := []string{"firmware", "rollout", version, "--url", "https://updates.example.com/foyer"}
	if out := o.do(append(rollout, "--percent", "50")...); !strings.HasPrefix(out, "3 of 6 stores are pointed at 1.4.2") {
		t.Errorf("the first wave: %s", out)
	}
	eventually(t, "the first wave told", told(1, 0))
	for i, store := range first {
		if i == 0 {
			pilots[store].end(wire.FirmwareState{State: string(firmware.RolledBack), Wanted: version, Reason: string(firmware.Crashed), Detail: "exit 1"})
		} else {
			pilots[store].end(wire.FirmwareState{State: string(firmware.Confirmed), Wanted: version, Got: 100, Size: 100})
		}
	}
	eventually(t, "what became of it", func() bool {
		s := o.do("firmware", "status")
		return strings.Count(s, "confirmed") == 2 && strings.Contains(s, "crashed exit 1")
	})
	out, err := hqCommand(t, o.dir, append(rollout, "--percent", "100")...)
	if err == nil || !strings.Contains(err.Error(), "rollout held: 1 stores could not keep 1.4.2 (["+first[0]+": crashed]") {
		t.Errorf("a wave after a crash: %v %s", err, out)
	}
	if !told(1, 0)() {
		t.Error("a store was told of a version that is held")
	}
	if out := o.do(append(rollout, "--percent", "100", "--hold-at", "2")...); !strings.HasPrefix(out, "6 of 6") {
		t.Errorf("the last wave: %s", out)
	}
	eventually(t, "everybody told", told(2, 1))
}
