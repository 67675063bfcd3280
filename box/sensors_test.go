package box

import (
	"crypto/sha256"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/floor"
	"foyer/health"
	"foyer/radio"
)

// TestLookAtSensors lets a sensor report by a wrong clock and for an access point
// that nobody knows, then fall silent.
func TestLookAtSensors(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	b := &store{in: Inputs{Now: func() time.Time { return now }}}
	b.health = health.New(b.in.Now, nil)
	b.sources.fails = map[string]string{}
	plan := &floor.Plan{Levels: []floor.Level{{AccessPoints: []floor.AccessPoint{{ID: "ap-01"}}}}}
	b.plan.Store(plan)
	names, err := radio.NewAliases(plan)
	if err != nil {
		t.Fatal(err)
	}
	b.aliases.Store(names)
	b.guests = radio.NewGuests(radio.GuestOptions{Now: b.in.Now})
	b.intake = radio.NewIntake(radio.IntakeOptions{Guests: b.guests, APs: &b.aliases})
	send := sensorOf(t, b.intake)

	send(now.Add(time.Minute), `{"ap":"ap-01","client":"02:00:5e:10:00:01","rssi":-60}`+"\n"+`{"ap":"ap-9","client":"02:00:5e:10:00:01","rssi":-60}`)
	b.lookAtSensors(now)
	wrong := func(after time.Duration) (out []string) {
		now = now.Add(after)
		for _, w := range b.health.List() {
			out = append(out, string(w.Code)+" "+w.Subject)
		}
		slices.Sort(out)
		return out
	}
	if got, want := wrong(3*time.Minute), []string{"sensor-clock access point ap-01", "sensor-clock sensor s1", "sensor-unknown-ap ap-9"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	b.lookAtSensors(now.Add(10 * time.Minute))
	if got := wrong(10 * time.Minute); !slices.Contains(got, "sensor-silent s1") || !slices.Contains(got, "ap-silent ap-01") {
		t.Errorf("silent: %q", got)
	}
	// Its clock set, and the access point put on the plan, all is well.
	plan.Levels[0].AccessPoints = append(plan.Levels[0].AccessPoints, floor.AccessPoint{ID: "ap-9"})
	if names, err = radio.NewAliases(plan); err != nil {
		t.Fatal(err)
	}
	b.aliases.Store(names)
	send(now, `{"ap":"ap-01","client":"02:00:5e:10:00:01","rssi":-60}`)
	b.lookAtSensors(now)
	if got := wrong(time.Minute); len(got) != 0 {
		t.Errorf("mended: %q", got)
	}
	// One that has gone silent and is then taken off the plan is nobody's worry.
	b.lookAtSensors(now.Add(5 * time.Minute))
	if got := wrong(5 * time.Minute); !slices.Contains(got, "ap-silent ap-01") {
		t.Errorf("silent again: %q", got)
	}
	b.plan.Store(&floor.Plan{Levels: []floor.Level{{AccessPoints: []floor.AccessPoint{{ID: "ap-9"}}}}})
	b.lookAtSensors(now)
	if got := wrong(time.Minute); slices.Contains(got, "ap-silent ap-01") {
		t.Errorf("no longer on the plan: %q", got)
	}
}

// sensorOf runs the HTTPS source and returns how its sensor s1 posts, by its own
// clock.
func sensorOf(t *testing.T, in *radio.Intake) func(sent time.Time, body string) {
	t.Helper()
	srv := httptest.NewUnstartedServer(nil) // for its certificate
	srv.StartTLS()
	t.Cleanup(srv.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h, err := radio.NewHTTP(radio.ListenOptions{Listener: l, TLS: &tls.Config{Certificates: srv.TLS.Certificates}, Intake: in,
		Sensors: []radio.Sensor{{ID: "s1", TokenSHA256: sha256.Sum256([]byte("token"))}}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- h.Run(t.Context(), make(chan floor.Batch, 100)) }()
	t.Cleanup(func() {
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return func(sent time.Time, body string) {
		t.Helper()
		req, err := http.NewRequest(http.MethodPost, "https://"+l.Addr().String()+"/v1/reports", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = http.Header{"Authorization": {"Bearer token"}, "Content-Type": {"application/x-ndjson"}, "Date": {sent.UTC().Format(http.TimeFormat)}}
		resp, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode >= 300 {
			t.Fatal(resp.Status)
		}
	}
}
