package profile_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"foyer/floor"
	"foyer/profile"
	"foyer/vault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A box is a folder with keys and profiles that can be closed and opened again.
type box struct {
	t     testing.TB
	dir   string
	keys  *vault.KeyRing
	cache *profile.Cache
	quota int64 // 0: the cache's own
}

func newBox(t testing.TB) *box {
	b := &box{t: t, dir: t.TempDir()}
	b.open()
	t.Cleanup(b.close)
	return b
}

func (b *box) open() {
	b.t.Helper()
	var err error
	if b.keys, err = vault.OpenKeys(b.dir, [32]byte{7}, vault.KeyOptions{}); err != nil {
		b.t.Fatal(err)
	}
	now := func() time.Time { return noon }
	if b.cache, err = profile.Open(b.dir, b.keys, profile.Options{Node: "chain/store", Now: now, Quota: b.quota}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) close() {
	if err := errors.Join(b.cache.Close(), b.keys.Close()); err != nil {
		b.t.Error(err)
	}
}

func (b *box) restart() {
	b.t.Helper()
	b.close()
	b.open()
}

func customer(t testing.TB, ref string) floor.Customer {
	t.Helper()
	c, err := floor.ParseCustomer(ref)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func associate(t testing.TB, ref string) floor.AssociateID {
	t.Helper()
	a, err := floor.ParseAssociate(ref)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// full returns a profile in which every field says something, each text with a
// marker of its own.
func full(t testing.TB, ref string) profile.Profile {
	ana, bo := associate(t, "MARK-ana"), associate(t, "MARK-bo")
	return profile.Profile{
		Customer: customer(t, ref), Form: "MARK-form", Say: "MARK-say", Languages: []string{"MARK-de", "fr"},
		Style: profile.OnlyMine, Visibility: profile.Automatic,
		Preferred: []floor.AssociateID{ana, bo}, Blocked: []floor.AssociateID{associate(t, "MARK-max")},
		Stated:   []profile.StatedPreference{{ID: "MARK-s1", Kind: profile.Size, Text: "MARK-stated", Audience: profile.ForAnyone}},
		Services: []profile.ServiceItem{{ID: "MARK-o1", Text: "MARK-service", Until: noon.AddDate(0, 1, 0)}, {ID: "o2", Text: "x"}},
		Wishes:   []string{"MARK-quiet"},
		Purchases: []profile.Purchase{
			{ID: "MARK-p1", At: noon.AddDate(0, -2, 0), Store: "MARK-store", Seller: ana, Category: "MARK-shoes", Text: "MARK-boots", Colour: "MARK-green", Sensitivity: profile.Ordinary},
			{ID: "p2", At: noon.AddDate(0, -3, 0), Category: "bags", Text: "tote", Sensitivity: profile.Gift, Hidden: true},
		},
		Audience:     profile.Audiences{Store: profile.AudienceOpen, OtherStores: profile.AudienceClosed, Online: profile.AudienceDefault},
		Notes:        []profile.Note{{ID: "MARK-n1", Author: bo, Kind: profile.NoteHandoff, Visibility: profile.NoteService, Text: "MARK-note", At: noon, Objected: true}},
		Interests:    []string{"MARK-jazz"},
		Appointments: []profile.Appointment{{ID: "MARK-a1", At: noon.AddDate(0, 0, 3), With: ana, Topic: "MARK-fitting", State: profile.Confirmed}},
		Rev:          42, FromHQ: profile.AskEachVisit, Named: []floor.AssociateID{bo}, NotToday: noon, Home: "MARK-home", Seen: profile.Day(noon),
	}
}

var people = cmpopts.EquateComparable(floor.Customer{}, floor.AssociateID{})

func (b *box) get(c floor.Customer) profile.Profile {
	b.t.Helper()
	p, err := b.cache.Get(c)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

func TestProfileComesBackWhole(t *testing.T) {
	b := newBox(t)
	want := full(t, "c-1")
	if _, err := b.cache.Get(want.Customer); !errors.Is(err, profile.ErrUnknown) {
		t.Errorf("before: %v, want ErrUnknown", err)
	}
	if b.keys.Has("c-1") {
		t.Error("asking made a key")
	}
	if err := b.cache.Put(want); err != nil {
		t.Fatal(err)
	}
	b.restart()
	if diff := cmp.Diff(want, b.get(want.Customer), people); diff != "" {
		t.Error(diff)
	}
}

func TestSpecialIsDroppedAndCounted(t *testing.T) {
	b := newBox(t)
	p := full(t, "c-1")
	p.Purchases = append(p.Purchases, profile.Purchase{ID: "p3", At: noon, Text: "MARK-special", Sensitivity: profile.Special})
	if err := b.cache.Put(p); err != nil {
		t.Fatal(err)
	}
	err := b.cache.Change(p.Customer, func(p *profile.Profile) error {
		p.Purchases = append(p.Purchases, profile.Purchase{ID: "p4", At: noon, Sensitivity: profile.Special})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.get(p.Customer).Purchases; len(got) != 2 {
		t.Errorf("%d purchases kept, want 2", len(got))
	}
	if len(p.Purchases) != 3 {
		t.Error("the caller's own profile was changed")
	}
	if n := b.cache.Stats().SpecialDropped; n != 2 {
		t.Errorf("%d counted, want 2", n)
	}
}

func TestDefaultsAreReticent(t *testing.T) {
	b := newBox(t)
	c := customer(t, "c-1")
	err := b.cache.Put(profile.Profile{
		Customer: c, Stated: []profile.StatedPreference{{ID: "s", Text: "x"}},
		Notes: []profile.Note{{ID: "n", Author: associate(t, "ana"), Kind: profile.NotePersonal, Text: "x"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := b.get(c)
	got := []any{p.Visibility, p.Style, p.Audience.Online, p.Stated[0].Audience, p.Notes[0].Visibility}
	want := []any{profile.AskEachVisit, profile.ApproachMe, profile.AudienceDefault, profile.ForMine, profile.NoteMine}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWrongProfilesAreRefusedWhole(t *testing.T) {
	for want, spoil := range map[string]func(*profile.Profile){
		"customer":                 func(p *profile.Profile) { p.Customer = floor.Customer{} },
		"style":                    func(p *profile.Profile) { p.Style = "chatty" },
		"visibility":               func(p *profile.Profile) { p.Visibility = "always" },
		"audience.online":          func(p *profile.Profile) { p.Audience.Online = "all" },
		"purchases[1].sensitivity": func(p *profile.Profile) { p.Purchases[1].Sensitivity = "" },
		"purchases[0].at":          func(p *profile.Profile) { p.Purchases[0].At = time.Time{} },
		"stated[0].id":             func(p *profile.Profile) { p.Stated[0].ID = "" },
		"stated[0].audience":       func(p *profile.Profile) { p.Stated[0].Audience = "world" },
		"notes[0].visibility":      func(p *profile.Profile) { p.Notes[0].Kind = profile.NotePersonal },
		"notes[0].author":          func(p *profile.Profile) { p.Notes[0].Author = floor.AssociateID{} },
		"wishes[0]":                func(p *profile.Profile) { p.Wishes[0] = "\xff" },
		"services[0].text":         func(p *profile.Profile) { p.Services[0].Text = strings.Repeat("x", 3000) },
		"appointments[0].state":    func(p *profile.Profile) { p.Appointments[0].State = "maybe" },
	} {
		t.Run(want, func(t *testing.T) {
			b := newBox(t)
			p := full(t, "c-1")
			spoil(&p)
			err := b.cache.Put(p)
			if !errors.Is(err, profile.ErrProfile) || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want ErrProfile naming it", err)
			}
			if err != nil && strings.Contains(err.Error(), "MARK") {
				t.Errorf("the error repeats what stands there: %v", err)
			}
			if _, err := b.cache.Get(customer(t, "c-1")); !errors.Is(err, profile.ErrUnknown) {
				t.Errorf("something was stored: %v", err)
			}
		})
	}
}

func TestChange(t *testing.T) {
	b := newBox(t)
	c := customer(t, "c-1")
	if err := b.cache.Change(c, func(p *profile.Profile) error { p.Visibility = profile.Invisible; return nil }); err != nil {
		t.Fatal(err)
	}
	mine := errors.New("mine")
	err := b.cache.Change(c, func(p *profile.Profile) error { p.Visibility = profile.Automatic; return mine })
	if !errors.Is(err, mine) {
		t.Errorf("got %v", err)
	}
	if got := b.get(c).Visibility; got != profile.Invisible {
		t.Errorf("visibility %s", got)
	}
	var wg sync.WaitGroup
	for i := range 20 { // no change is lost
		wg.Go(func() {
			err := b.cache.Change(c, func(p *profile.Profile) error { p.Wishes = append(p.Wishes, fmt.Sprint(i)); return nil })
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := b.get(c).Wishes; len(got) != 20 {
		t.Errorf("%d of 20 changes are there", len(got))
	}
}

func TestEach(t *testing.T) {
	b := newBox(t)
	want := map[string]bool{}
	for i := range 200 {
		ref := fmt.Sprint("c-", i)
		want[ref] = true
		if err := b.cache.Put(profile.New(customer(t, ref))); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]bool{}
	if err := b.cache.Each(func(p profile.Profile) error { got[p.Customer.Ref()] = true; return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestInvitations(t *testing.T) {
	b := newBox(t)
	c := customer(t, "c-1")
	invite := func(code string, expires time.Time) profile.Invitation {
		i := profile.Invitation{CodeHash: sha256.Sum256([]byte(code)), Customer: c, Expires: expires}
		if err := b.cache.Invite(i); err != nil {
			t.Fatal(err)
		}
		return i
	}
	good := invite("CODE-GOOD", noon.Add(time.Hour))
	invite("CODE-OLD", noon)
	used := invite("CODE-TWICE", noon.Add(time.Hour))
	got, err := b.cache.Redeem("CODE-TWICE", noon)
	if err != nil || got != c {
		t.Fatalf("got %v, %v", got, err)
	}
	if err := b.cache.Invite(used); err != nil { // HQ sends it again
		t.Fatal(err)
	}
	b.restart()
	var texts []string
	for _, code := range []string{"CODE-TWICE", "CODE-OLD", "CODE-NEVER", ""} {
		_, err := b.cache.Redeem(code, noon)
		if !errors.Is(err, profile.ErrCode) {
			t.Errorf("%s: %v, want ErrCode", code, err)
		}
		texts = append(texts, fmt.Sprint(err))
	}
	if diff := cmp.Diff([]string{texts[0], texts[0], texts[0], texts[0]}, texts); diff != "" {
		t.Errorf("refusals differ: %s", diff)
	}
	if n := b.cache.Stats().CodeRefused; n != 4 {
		t.Errorf("%d refusals counted, want 4", n)
	}
	var won int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 10 { // single use also under races
		wg.Go(func() {
			if _, err := b.cache.Redeem("CODE-GOOD", noon); err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("one code opened %d times", won)
	}
	scan(t, b.dir, "CODE-GOOD", string(good.CodeHash[:]))
}

// scan fails if any file in dir holds one of the texts.
func scan(t testing.TB, dir string, texts ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range texts {
			if strings.Contains(string(data), s) {
				t.Errorf("%s holds %q", e.Name(), s)
			}
		}
	}
}

func TestNothingStandsInTheClear(t *testing.T) {
	b := newBox(t)
	p := full(t, "MARK-customer")
	if err := b.cache.Put(p); err != nil {
		t.Fatal(err)
	}
	if _, err := b.cache.Grant(p.Customer, noon, "MARK-notice", "MARK-method", profile.Presence); err != nil {
		t.Fatal(err)
	}
	scan(t, b.dir, "MARK", "presence", "approach", "customer")
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "p", p)
	fmt.Fprintf(&log, "%v %+v %s", p, p, p)
	if strings.Contains(log.String(), "MARK") {
		t.Errorf("a profile prints itself: %s", log.String())
	}
}

func TestExportHasEverything(t *testing.T) {
	b := newBox(t)
	p := full(t, "c-1")
	if _, err := b.cache.Export(p.Customer); !errors.Is(err, profile.ErrUnknown) {
		t.Errorf("of nobody: %v, want ErrUnknown", err)
	}
	_, err := b.cache.Grant(p.Customer, noon, "MARK-notice", "MARK-method", profile.Presence)
	err = errors.Join(err, b.cache.Put(p), b.cache.Invite(profile.Invitation{Customer: p.Customer, Expires: noon.Add(time.Hour)}))
	if err != nil {
		t.Fatal(err)
	}
	e, err := b.cache.Export(p.Customer)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []string{
		"form", "say", "de", "ana", "bo", "max", "s1", "stated", "o1", "service", "quiet", "p1", "store", "shoes", "boots",
		"green", "n1", "note", "jazz", "a1", "fitting", "notice", "method",
	} {
		if !strings.Contains(string(data), "MARK-"+m+`"`) {
			t.Errorf("MARK-%s is not in the export", m)
		}
	}
	if !strings.Contains(string(data), "code_sha256") {
		t.Errorf("the invitation is not in the export: %s", data)
	}
}
