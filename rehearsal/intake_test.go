package rehearsal

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"foyer/floor"
	"foyer/radio"
)

// The box's own intake takes what the sensor posts: a phone that checks in
// from its loopback address is leased and heard, strangers are dropped.
func TestThroughTheRealListener(t *testing.T) {
	plan := floor.Example()
	w, wy := firstStore()
	clock := NewClock(monday, 10) // what is five minutes late was on its way for half of one
	url, client, guests, batches := realListener(t, plan, clock)

	var air Air
	guest := w.NewPhone(still{wy, Spot{Point: floor.Point{X: 20, Y: 20}}}, PhoneOptions{Number: 1})
	air.Add(guest)
	for i := range 20 {
		air.Add(w.NewPhone(still{wy, Spot{Point: floor.Point{X: 10, Y: 10}}}, PhoneOptions{Number: 100 + i, Malformed: 0.2}))
	}
	sensor := NewSensor(SensorOptions{URL: url, Token: "a token of the test", Client: client})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 2)
	go func() { done <- sensor.Run(ctx) }()
	go func() { done <- air.Run(ctx, clock, sensor) }()

	var phone floor.Phone
	err := radio.ErrNoAddress
	for end := time.Now().Add(30 * time.Second); errors.Is(err, radio.ErrNoAddress) && time.Now().Before(end); { // as she would try again
		phone, err = guests.Bind(t.Context(), guest.IP(), radio.Grant{Key: "c", Until: monday.Add(8 * time.Hour)})
	}
	if err != nil {
		t.Fatal(err)
	}
	heard := map[floor.APID]int{}
	for total := 0; total < 200; {
		select {
		case b := <-batches:
			for _, r := range b.Reports {
				if late := b.Received.Sub(r.At); r.Phone != phone || late < -2*time.Second || late > 5*time.Minute {
					t.Fatalf("a report of %v, %v late", r.Phone, late)
				}
				heard[r.AP]++
				total++
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("no more reports after %v; %+v", heard, sensor.Stats())
		}
	}
	cancel()
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	client.CloseIdleConnections()
	if len(heard) < 4 {
		t.Errorf("heard by %v", heard)
	}
	if st := guests.Stats(); st.Dropped < 500 || st.Malformed == 0 {
		t.Errorf("strangers: %+v", st)
	}
}

// realListener runs the box's sensor source as the box does.
func realListener(t *testing.T, plan *floor.Plan, clock *Clock) (string, *http.Client, *radio.Guests, <-chan floor.Batch) {
	t.Helper()
	borrowed := httptest.NewTLSServer(nil) // for its certificate
	cert, ca := borrowed.TLS.Certificates[0], borrowed.Certificate()
	borrowed.Close()
	aliases, err := radio.NewAliases(plan)
	if err != nil {
		t.Fatal(err)
	}
	guests := radio.NewGuests(radio.GuestOptions{Now: clock.Now})
	intake := radio.NewIntake(radio.IntakeOptions{APs: aliases, Guests: guests, Rate: -1})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	source, err := radio.NewHTTP(radio.ListenOptions{Listener: l, Intake: intake,
		TLS:     &tls.Config{Certificates: []tls.Certificate{cert}},
		Sensors: []radio.Sensor{{ID: "air", TokenSHA256: sha256.Sum256([]byte("a token of the test"))}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	out, done := make(chan floor.Batch, 100), make(chan error)
	go func() { done <- source.Run(ctx, out) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	return "https://" + l.Addr().String(), client, guests, out
}
