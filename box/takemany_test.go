package box

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/floor"
	"foyer/profile"
	"foyer/sync/hq"
	"foyer/sync/office"
	"foyer/sync/wire"
)

// usual is a profile of the size that headquarters' usually are.
func usual(i int) wire.Profile {
	p := wire.Profile{Customer: fmt.Sprintf("c-%06d", i), Form: fmt.Sprint("Ms. Keller ", i), Languages: []string{"de", "en"}, Style: "approach_me",
		Visibility: "ask_each_visit", Preferred: []string{"a-1"}, Interests: []string{"shoes", "tailoring"}, Rev: 1,
		Stated:   []wire.StatedPreference{{ID: "s-1", Kind: "size", Text: "Shoe size 38", Audience: "anyone"}},
		Consents: []wire.Consent{{Purpose: "presence", Granted: true, Wall: int64(i + 1), Node: "hq", Notice: "3", Method: "app"}}}
	for j := range 3 {
		p.Purchases = append(p.Purchases, wire.Purchase{ID: fmt.Sprintf("p-%d-%d", i, j), At: time.Unix(int64(1700000000+i*60), 0).UTC(), Store: "shop",
			Seller: "a-1", Category: "coats", Text: "A long coat of wool", Colour: "navy", Sensitivity: "ordinary"})
	}
	return p
}

// Profiles that come many at once are those that come one by one; one whose
// words cannot be kept is refused alone.
func TestTakeProfiles(t *testing.T) {
	b, _ := lined(t)
	var payloads [][]byte
	for i := range 300 {
		p := usual(i)
		if i == 7 {
			p.Stated[0].ID = strings.Repeat("x", 60) + "." // an identifier on the line, none here
		}
		data, err := wire.Encode(wire.DownProfile, p)
		if err != nil {
			t.Fatal(err)
		}
		payloads = append(payloads, data)
	}
	payloads = append(payloads, []byte(`{"customer":""}`))
	refused, err := b.takeProfiles(t.Context())(payloads)
	if err != nil {
		t.Fatal(err)
	}
	other := desk(t)
	for i := range 300 {
		want := other.tell(t, wire.DownProfile, decoded(payloads[i]))
		if (want == nil) != (refused[i] == nil) {
			t.Errorf("profile %d: %v, alone %v", i, refused[i], want)
		}
		c, err := floor.ParseCustomer(fmt.Sprintf("c-%06d", i))
		if err != nil {
			t.Fatal(err)
		}
		got, errGot := b.profiles.Get(c)
		alone, errAlone := other.profiles.Get(c)
		if (errGot == nil) != (errAlone == nil) || got.Form != alone.Form || len(got.Purchases) != len(alone.Purchases) ||
			b.profiles.Allowed(c, profile.Presence) != other.profiles.Allowed(c, profile.Presence) {
			t.Errorf("profile %d: %v (%v), alone %v (%v)", i, got, errGot, alone, errAlone)
		}
	}
	if refused[300] == nil {
		t.Error("a profile of nobody is taken")
	}
}

func decoded(data []byte) wire.Profile {
	p, err := wire.Decode[wire.Profile](data)
	if err != nil {
		panic(err) // it was encoded above
	}
	return p
}

// BenchmarkColdBox has headquarters fill a box that was empty through a real
// Mosquitto: each operation is one profile, on the disk and in force. With
// -benchtime 100000x it is a whole chain's customers.
func BenchmarkColdBox(b *testing.B) {
	s, dir := lined(b)
	_, err := office.IssueBroker(dir, []string{"localhost", "127.0.0.1"}, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	m := mosquitto(b, dir)
	f, err := office.Open(office.Options{Dir: dir, Broker: m.URL(), Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	all := make([]any, b.N)
	for i := range all {
		all[i] = usual(i)
	}
	if _, err := f.PushAll("shop", wire.DownProfile, all); err != nil {
		b.Fatal(err)
	}
	link, err := hq.Open(hq.Options{Dir: b.TempDir(), Identity: s.identity, Broker: m.URL(), Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer link.Close()
	s.link = link
	for _, h := range s.people(b.Context()) {
		link.Handle(h.kind, h.check)
	}
	link.HandleMany(wire.DownProfile, s.takeProfiles(b.Context()))
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 2)
	defer func() { cancel(); <-ended; <-ended }()
	b.ResetTimer()
	go func() { ended <- f.Run(ctx) }()
	go func() { ended <- link.Run(ctx) }()
	for f.Status()[0].Pending > 0 {
		time.Sleep(20 * time.Millisecond)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "profiles/s")
	b.ReportMetric(b.Elapsed().Seconds(), "s")
	n := 0
	if err := s.profiles.Each(func(profile.Profile) error { n++; return nil }); err != nil || n != b.N {
		b.Fatalf("%d profiles in force, want %d (%v)", n, b.N, err)
	}
}
