package box

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/locator"
	"foyer/locator/survey"
	"foyer/profile"
	"foyer/radio"
	"foyer/vault"
	"foyer/visit"
)

// TestRequestsGoBetweenFixes has a person ask for something while a delivery
// of fifty phones is being taken: she must not wait for all of it.
func TestRequestsGoBetweenFixes(t *testing.T) { synctest.Test(t, requestsGoBetweenFixes) }

func requestsGoBetweenFixes(t *testing.T) {
	const phones = 50
	plan := floor.Example()
	loc, err := locator.New(plan, survey.MapFromPlan(plan), locator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	book, err := visit.New(plan, visit.Defaults())
	if err != nil {
		t.Fatal(err)
	}

	f := emptyFlow(t)
	f.locator, f.book = loc, book
	fixes, before, answered := 0, -1, make(chan error, 1)
	f.watch.Position = func(floor.Position) {
		if fixes++; fixes > 1 {
			return
		}
		go func() { answered <- f.do(context.Background(), func(time.Time) { before = fixes }) }()
		synctest.Wait() // she stands in the queue by now
	}
	var b floor.Batch
	for second := range 5 {
		now := at.Add(time.Duration(second) * time.Second)
		for i := range phones {
			if second == 0 {
				f.leased[phoneOf(t, i)] = true
			}
			for _, ap := range plan.Levels[0].AccessPoints {
				b.Reports = append(b.Reports, floor.Report{AP: ap.ID, Phone: phoneOf(t, i), RSSI: -60, At: now})
			}
		}
	}
	f.batch(b)
	if fixes < phones {
		t.Fatalf("%d fixes of %d phones: the delivery was too short to tell", fixes, phones)
	}
	select {
	case err := <-answered:
		if err != nil || before > phones/2 {
			t.Errorf("answered after %d of %d fixes: %v", before, fixes, err)
		}
	case <-time.After(time.Second):
		t.Errorf("not answered within the delivery of %d fixes", fixes)
		f.serve(<-f.requests)
	}
}

// emptyFlow is a flow with a desk and nothing else.
func emptyFlow(t *testing.T) *flow {
	t.Helper()
	dir := t.TempDir()
	keys, err := vault.OpenKeys(dir, [32]byte{1}, vault.KeyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	profiles, err := profile.Open(dir, keys, profile.Options{Node: "chain/store"})
	if err != nil {
		t.Fatal(err)
	}
	desk, err := concierge.NewDesk(concierge.Options{Dir: dir, Keys: keys, Profiles: profiles,
		Binder: radio.NewGuests(radio.GuestOptions{})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(desk.Close(), profiles.Close(), keys.Close()) })
	return &flow{now: func() time.Time { return at }, desk: desk, zones: newZones(), show: func(concierge.Event) {},
		record: func(concierge.Event) {}, leased: map[floor.Phone]bool{}, requests: make(chan request)}
}

func phoneOf(t *testing.T, i int) floor.Phone {
	t.Helper()
	p, err := floor.ParsePhone("p-" + string(rune('a'+i/26)) + string(rune('a'+i%26)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestASlowDiskDelaysNobody has the disk hang: the flow goes on and shows what
// happens; only who asked for the change waits until it is recorded.
func TestASlowDiskDelaysNobody(t *testing.T) {
	disk, stop := make(chan struct{}), make(chan struct{})
	var recorded []concierge.EventKind
	f := emptyFlow(t)
	f.told = make(chan told, 16)
	f.batches, f.tick, f.alive = make(chan floor.Batch), time.Hour, func() {}
	shown := make(chan concierge.EventKind, 16)
	f.show = func(e concierge.Event) { shown <- e.Kind }
	f.record = func(e concierge.Event) {
		<-disk
		recorded = append(recorded, e.Kind)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	kept := make(chan error, 1)
	go func() { defer close(stop); _ = f.Run(ctx) }()
	go func() { kept <- f.keep(ctx) }()

	c, err := floor.ParseCustomer("c-1")
	if err != nil {
		t.Fatal(err)
	}
	change := func(d *concierge.Desk, now time.Time) { d.Changed(c, now) } // tells her page
	waits := make(chan error, 1)
	go func() { waits <- f.Do(ctx, change) }()
	if kind := <-shown; kind != concierge.HereChanged {
		t.Fatalf("shown: %s", kind)
	}
	if err := f.Do(ctx, func(*concierge.Desk, time.Time) {}); err != nil { // reading waits for no disk
		t.Fatal(err)
	}
	select {
	case <-waits:
		t.Error("her change is confirmed and not yet recorded")
	default:
	}
	close(disk)
	if err := <-waits; err != nil {
		t.Error(err)
	}
	last := make(chan error, 1)
	go func() { last <- f.Do(ctx, change) }()
	<-shown
	cancel() // what was told is recorded all the same
	<-stop
	if err := <-kept; err != nil || len(recorded) != 2 {
		t.Errorf("recorded %v: %v", recorded, err)
	}
	<-last
}
