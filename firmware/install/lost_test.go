package install

import (
	"errors"
	"os"
	"testing"
	"time"

	"foyer/firmware"
)

// loseAll loses the record and the link: nothing says what is to run.
func (w *world) loseAll() {
	w.t.Helper()
	w.must(os.WriteFile(w.path("slots/state.json"), []byte("\x00\x00"), 0o600))
	w.must(os.Remove(w.path("slots/current")))
}

// A request that comes when the record and the link are lost is answered: it is
// taken out of the spool, or its path unit would start the installer until systemd
// gives it up. The box runs, headquarters reads why, the next request is taken.
func TestARequestWithoutARecord(t *testing.T) {
	for name, lose := range map[string]func(w *world){
		"record and link": (*world).loseAll,
		"neither is there": func(w *world) {
			w.must(os.Remove(w.path("slots/state.json")))
			w.must(os.Remove(w.path("slots/current")))
		},
		"no slot can be run": func(w *world) {
			w.loseAll()
			w.must(os.RemoveAll(w.path("slots/a")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they wait for the disk
			w := newWorld(t)
			w.publish("1.1.0", "good")
			w.daemon("1.1.0", 1)
			if !w.asked() {
				t.Fatal("the installer is not asked")
			}
			lose(w)
			err := w.box.Install()
			if firmware.ReasonOf(err) != firmware.Internal {
				t.Errorf("installed: %v", err)
			}
			if errors.Is(err, ErrNoSlot) { // as the command does
				_, err := w.box.Seed(w.path("package"), "1.0.0")
				w.must(err)
			}
			w.settled("1.0.0")
			if st := w.daemon("", 2); st.State != firmware.Failed || st.Reason != firmware.Internal || st.Detail == "" || w.asked() {
				t.Errorf("headquarters reads %+v", st)
			}
			w.publish("1.1.1", "good")
			w.update("1.1.1")
		})
	}
}

// A trial whose record and link are lost ends, in a version that can be run: its
// mark would start the watching unit again and again.
func TestATrialWithoutARecord(t *testing.T) {
	w := newWorld(t)
	w.publish("1.1.0", "good")
	w.daemon("1.1.0", 1)
	w.must(w.box.Install())
	w.loseAll()
	watch := watcher{Trial: Trial{Pulse: w.path(PulseFile), Healthy: time.Minute, Deadline: time.Hour, Silence: time.Minute}, began: w.now}
	if rec, over, err := w.box.judge(&watch, w.now); err != nil || !over || rec.State != firmware.RolledBack {
		t.Errorf("%+v, %v, %v", rec, over, err)
	}
	w.settled("1.0.0")
}
