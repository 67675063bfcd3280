package doors

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/floor"
	"foyer/vault"
)

var at = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

type place struct {
	t    *testing.T
	dir  string
	keys *vault.KeyRing
	*Doors
}

func newPlace(t *testing.T) *place {
	t.Helper()
	dir := t.TempDir()
	keys, err := vault.OpenKeys(dir, [32]byte{7}, vault.KeyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, dir: dir, keys: keys}
	p.open()
	t.Cleanup(func() { _ = p.Doors.Close(); _ = keys.Close() })
	return p
}

func (p *place) open() {
	p.t.Helper()
	d, err := Open(p.dir, p.keys, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	p.Doors = d
}

// restart closes doors.db and opens it again.
func (p *place) restart() {
	p.t.Helper()
	if err := p.Doors.Close(); err != nil {
		p.t.Fatal(err)
	}
	p.open()
}

func ana() floor.AssociateID { a, _ := floor.ParseAssociate("ana"); return a }

func (p *place) enrol(pin string) string {
	p.t.Helper()
	code, err := p.Pair(ana(), at)
	if err != nil {
		p.t.Fatal(err)
	}
	device, a, err := p.Enrol("", code, pin, at)
	if err != nil || a != ana() {
		p.t.Fatal(a, err)
	}
	return device
}

func TestACodePairsOnce(t *testing.T) {
	p := newPlace(t)
	code, err := p.Pair(ana(), at)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Enrol("", code, "4711", at.Add(pairingLife)); !errors.Is(err, ErrClosed) {
		t.Errorf("ten minutes later: %v", err)
	}
	if _, _, err := p.Enrol("", code, "12x4", at); !errors.Is(err, ErrPIN) {
		t.Errorf("a bad PIN: %v", err)
	}
	typed := " " + string(bytes.ToLower([]byte(code))) + " "
	device, _, err := p.Enrol("", typed, "4711", at)
	if err != nil {
		t.Fatalf("as people type it, and after two that failed: %v", err)
	}
	if _, _, err := p.Enrol("", code, "4712", at); !errors.Is(err, ErrClosed) {
		t.Errorf("a second time: %v", err)
	}
	p.restart()
	if !p.Device(device, at) || p.Device("made-up", at) || p.Device("", at) || p.Device(device, at.Add(deviceLife)) {
		t.Error("the wrong devices are known")
	}
}

func TestPINs(t *testing.T) {
	for pin, ok := range map[string]bool{"4711": true, "80241593": true, "123": false, "123456789": false, "12a4": false,
		"1234": false, "4321": false, "7777": false, "": false, "١٢٣٥": false, "1235": true} {
		if err := checkPIN(pin); (err == nil) != ok {
			t.Errorf("%q: %v", pin, err)
		}
	}
}

func TestWrongPINsWaitLongerAcrossRestarts(t *testing.T) {
	p := newPlace(t)
	device := p.enrol("4711")
	now := at
	for range freeTries {
		if err := p.SignOn(device, ana(), "9999", now); !errors.Is(err, ErrClosed) {
			t.Fatalf("a wrong one: %v", err)
		}
	}
	was := time.Duration(0)
	for i := range 9 {
		p.restart()
		var wait WaitError
		if err := p.SignOn(device, ana(), "4711", now); !errors.As(err, &wait) {
			t.Fatalf("wait %d: %v: even the right one has to", i, err)
		}
		d := wait.Until.Sub(now)
		if d < was || d > mostWait || i == 0 && d != firstWait {
			t.Fatalf("wait %d is %v after %v", i, d, was)
		}
		was, now = d, wait.Until
		if err := p.SignOn(device, ana(), "9999", now); !errors.Is(err, ErrClosed) {
			t.Fatalf("after the wait: %v", err)
		}
	}
	if was != mostWait {
		t.Errorf("the longest wait was %v", was)
	}
	now = now.Add(mostWait)
	if err := p.SignOn(device, ana(), "4711", now); err != nil {
		t.Fatalf("the right one after the wait: %v", err)
	}
	if err := p.SignOn(device, ana(), "9999", now); !errors.Is(err, ErrClosed) {
		t.Errorf("after the right one, tries are free again: %v", err)
	}
}

func TestManyTriesAtOnceAreNoMoreTries(t *testing.T) {
	p := newPlace(t)
	device := p.enrol("4711")
	var tried atomic.Int32
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if err := p.SignOn(device, ana(), "9999", at); errors.Is(err, ErrClosed) {
				tried.Add(1)
			}
		})
	}
	wg.Wait()
	if tried.Load() > freeTries {
		t.Errorf("%d PINs were compared, want at most %d", tried.Load(), freeTries)
	}
}

func TestNobodysPINTakesAsLong(t *testing.T) {
	p := newPlace(t)
	device := p.enrol("4711")
	nobody, _ := floor.ParseAssociate("nobody")
	took := func(a floor.AssociateID) time.Duration { // processor time: others use this machine too
		quickest := time.Hour
		for range 3 {
			began := spent(t)
			if err := p.SignOn(device, a, "9999", at); !errors.Is(err, ErrClosed) {
				t.Fatal(err)
			}
			quickest = min(quickest, spent(t)-began)
		}
		return quickest
	}
	if a, b := took(ana()), took(nobody); b < a/4 {
		t.Errorf("a stranger's PIN is refused in %v, hers in %v", b, a)
	}
	if err := p.SignOn("made-up", ana(), "4711", at); !errors.Is(err, ErrClosed) {
		t.Errorf("without a paired device: %v", err)
	}
}

// spent is the processor time that this process has taken.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestStaffSessions(t *testing.T) {
	p := newPlace(t)
	device, other := p.enrol("4711"), p.enrol("4711")
	begin := func() string {
		token, err := p.Begin(device, ana(), at.Add(4*time.Hour), at)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	in := func(token, device string, now time.Time) bool {
		s, ok := p.Staff(token, device, now)
		return ok && s.Associate == ana() && s.Late == !now.Before(at.Add(4*time.Hour))
	}
	token := begin()
	if !in(token, device, at) || in(token, other, at) || in("made-up", device, at) || in("", device, at) {
		t.Error("the wrong sessions are open")
	}
	for now := at; now.Before(at.Add(4 * time.Hour)); now = now.Add(staffIdle) {
		if !in(token, device, now) {
			t.Fatalf("asleep at %v though in use", now.Sub(at))
		}
	}
	for now := at.Add(4 * time.Hour); now.Before(at.Add(4*time.Hour + staffLate)); now = now.Add(staffIdle) {
		if err := p.Sweep(now); err != nil || !in(token, device, now) {
			t.Fatal("it is not there for one who is late", err)
		}
	}
	if in(token, device, at.Add(4*time.Hour+staffLate)) {
		t.Error("it outlives the shift for good")
	}
	token = begin()
	if in(token, device, at.Add(staffIdle+time.Second)) {
		t.Error("it does not fall asleep")
	}
	token = begin()
	p.restart()
	if !in(token, device, at.Add(time.Hour)) {
		t.Error("a restart signs everybody off")
	}
	if err := p.End(token); err != nil || in(token, device, at.Add(time.Hour)) {
		t.Error("ended and open", err)
	}
	a, b := begin(), begin()
	if err := p.EndAll(ana()); err != nil || in(a, device, at) || in(b, device, at) {
		t.Error("all ended and open", err)
	}
}

func TestGuestSessions(t *testing.T) {
	p := newPlace(t)
	c, _ := floor.ParseCustomer("c-keller")
	token, err := p.Admit(c, at)
	if err != nil {
		t.Fatal(err)
	}
	in := func(now time.Time) bool { got, ok := p.Guest(token, now); return ok && got == c }
	p.restart()
	for day := range 60 {
		if !in(at.AddDate(0, 0, day)) {
			t.Fatalf("day %d: she comes daily and is forgotten", day)
		}
	}
	if in(at.AddDate(0, 0, 59).Add(guestLife)) {
		t.Error("two weeks away and still signed in")
	}
	if err := p.keys.Shred(c.Ref()); err != nil {
		t.Fatal(err)
	}
	if in(at.AddDate(0, 0, 59)) {
		t.Error("her key is destroyed and her session opens")
	}
	if err := p.Sweep(at); err != nil {
		t.Fatal(err)
	}
	if n := p.count(guests); n != 0 {
		t.Errorf("%d rows are left of a session nobody can open", n)
	}
}

func (p *place) count(bucket string) (n int) {
	_ = p.file.View(func(tx *vault.Tx) error { n = tx.Count(bucket); return nil })
	return n
}

func TestNothingGivenOutIsOnTheDisk(t *testing.T) {
	p := newPlace(t)
	device := p.enrol("80241593")
	c, _ := floor.ParseCustomer("c-keller-7731")
	guest, err := p.Admit(c, at)
	if err != nil {
		t.Fatal(err)
	}
	session, err := p.Begin(device, ana(), at.Add(time.Hour), at)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(p.dir, "doors.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{device, guest, session, "80241593", "c-keller-7731", "ana"} {
		if len(secret) > 3 && bytes.Contains(raw, []byte(secret)) {
			t.Errorf("%q stands in doors.db", secret)
		}
	}
}

func TestSweepKeepsWhatIsAlive(t *testing.T) {
	p := newPlace(t)
	rapid.Check(t, func(rt *rapid.T) {
		life := time.Duration(rapid.IntRange(1, 100).Draw(rt, "minutes")) * time.Minute
		later := time.Duration(rapid.IntRange(0, 400).Draw(rt, "later")) * time.Minute
		key := p.keys.Index(staff, "t")
		err := p.file.Update(func(tx *vault.Tx) error { return p.put(tx, staff, key, row{Who: "ana", Until: at.Add(life)}) })
		if err != nil {
			rt.Fatal(err)
		}
		if err := p.Sweep(at.Add(later)); err != nil {
			rt.Fatal(err)
		}
		if alive := p.count(staff) == 1; alive != (later < life+staffLate) {
			rt.Errorf("alive for %v, swept after %v: kept %v", life, later, alive)
		}
	})
}

// The PIN of one who has not come for as long as a device lasts is not kept;
// every coming counts anew.
func TestAPINThatNobodyUsesGoes(t *testing.T) {
	p := newPlace(t)
	device := p.enrol("4711")
	later := at.Add(deviceLife - time.Hour)
	if err := p.SignOn(device, ana(), "4711", later); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		at   time.Time
		left int
	}{{at.Add(deviceLife + time.Hour), 1}, {later.Add(deviceLife), 1}, {later.Add(deviceLife + time.Hour), 0}} {
		if err := p.Sweep(step.at); err != nil {
			t.Fatal(err)
		}
		if n := p.count(pins); n != step.left {
			t.Errorf("%v after she last came: %d PINs, want %d", step.at.Sub(later), n, step.left)
		}
	}
	key := p.keys.Index(pins, "ana") // one of before, which does not say when
	if err := p.file.Update(func(tx *vault.Tx) error { return p.put(tx, pins, key, pinRow{Salt: []byte{1}}) }); err != nil {
		t.Fatal(err)
	}
	if err := p.Sweep(at); err != nil || p.count(pins) != 1 {
		t.Errorf("at first: %d, %v", p.count(pins), err)
	}
	if err := p.Sweep(at.Add(deviceLife + time.Hour)); err != nil || p.count(pins) != 0 {
		t.Errorf("in the end: %d, %v", p.count(pins), err)
	}
}
