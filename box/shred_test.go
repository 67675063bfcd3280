package box

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"foyer/concierge"
	"foyer/health"
	"foyer/sync/wire"
)

// Her erasure meets a disk that does not take the new keys: she is out of sight
// at once, it is not told as done to anybody, the trouble is said, and the
// upkeep finishes it by itself once the disk does. Then the proof is one.
func TestAShredThatFailsIsFinished(t *testing.T) {
	for _, asked := range []string{wire.AskedByCustomer, wire.AskedByOperator} {
		t.Run(asked, func(t *testing.T) {
			b := known(t)
			c := customerOf(t, "c-1")
			handle, before := b.keys.Handle("c-1"), b.link.Status().Backlog
			jam := filepath.Join(b.in.Config.Data, "keys.kek.next")
			if err := os.MkdirAll(filepath.Join(jam, "in the way"), 0o700); err != nil {
				t.Fatal(err)
			}
			proof, err := b.forget(t.Context(), c, asked, "")
			if !errors.Is(err, concierge.ErrBegun) || proof == "" || !b.keys.Has("c-1") {
				t.Fatalf("the disk took it: %q, %v", proof, err)
			}
			b.finishErasures(t.Context()) // the upkeep, and the disk is as before
			b.tellErasures()
			b.lookAtDisk(at)
			if e, err := b.door.Erasure(proof); err != nil || !e.Begun {
				t.Errorf("it is told as done: %+v, %v", e, err)
			}
			if n := b.link.Status().Backlog; n != before {
				t.Errorf("headquarters is told: %d events", n-before)
			}
			if !b.warned(health.DiskFailing, fileKeys) {
				t.Errorf("nobody is warned: %v", b.health.List())
			}
			if _, err := b.profiles.Get(c); err == nil {
				t.Error("she is still known")
			}
			if err := os.RemoveAll(jam); err != nil {
				t.Fatal(err)
			}
			b.finishErasures(t.Context())
			b.tellErasures()
			b.lookAtDisk(at)
			e, err := b.door.Erasure(proof)
			if err != nil || e.Begun || len(e.Lines) == 0 || e.Told.IsZero() || b.keys.Has("c-1") {
				t.Errorf("it is not finished: %+v, %v", e, err)
			}
			if n := b.link.Status().Backlog; n != before+1 {
				t.Errorf("headquarters is told of %d erasures", n-before)
			}
			if s, err := b.sessions.Sessions(c, ""); err != nil || len(s) != 0 || b.warned(health.DiskFailing, fileKeys) {
				t.Errorf("%d sessions, %v, %v", len(s), err, b.health.List())
			}
			b.finishErasures(t.Context())
			if again, err := b.door.Erasure(proof); err != nil || len(again.Lines) != len(e.Lines) {
				t.Errorf("what is finished is done again: %+v", again)
			}
			b.clean()
			if files := b.holding(t, handle, []byte("Keller"), []byte("ANKLE-BOOTS")); len(files) != 0 {
				t.Errorf("%v speak of her", files)
			}
		})
	}
}
