package radio

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/floor"
	"foyer/radio/fetch"
)

// controller serves h and returns the options of a source that asks it.
func controller(t testing.TB, b *bench, s *states, path string, h http.HandlerFunc) PollOptions {
	t.Helper()
	srv := httptest.NewTLSServer(h)
	t.Cleanup(srv.Close)
	pool := x509.NewCertPool()
	pool.AddCert(srv.Certificate())
	c, err := fetch.New(fetch.Options{URL: srv.URL + path, CAs: pool, Cookies: true})
	if err != nil {
		t.Fatal(err)
	}
	return PollOptions{
		Feed:   Feed{Name: "controller", Intake: b.intake, Every: 20 * time.Millisecond, State: s.tell},
		Client: c, Secret: func() ([]byte, error) { return []byte("k3y"), nil },
	}
}

// A console is a made-up UniFi OS whose sessions end when one likes.
type console struct {
	mu       sync.Mutex
	session  string
	logins   int
	stations string
}

func (c *console) serve(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cookie, _ := r.Cookie("TOKEN")
	switch r.URL.Path {
	case "/api/auth/login":
		var in struct{ Username, Password string }
		json.NewDecoder(r.Body).Decode(&in)
		if in.Username != "foyer" || in.Password != "k3y" {
			http.Error(w, `{"code":"AUTHENTICATION_FAILED_INVALID_CREDENTIALS"}`, http.StatusBadRequest)
			return
		}
		c.logins++
		c.session = fmt.Sprint("session-", c.logins)
		http.SetCookie(w, &http.Cookie{Name: "TOKEN", Value: c.session, Path: "/", Secure: true})
	case "/proxy/network/api/s/default/stat/sta":
		if r.Header.Get("X-API-KEY") != "k3y" && (cookie == nil || cookie.Value != c.session) {
			w.WriteHeader(http.StatusUnauthorized)
			io.WriteString(w, `{"meta":{"rc":"error","msg":"api.err.LoginRequired"},"data":[]}`)
			return
		}
		io.WriteString(w, c.stations)
	default:
		http.NotFound(w, r)
	}
}

func TestUniFi(t *testing.T) {
	plan := testPlan("ac:8b:a9:00:00:01", "ac-8b-a9-00-00-02")
	for _, user := range []string{"", "foyer"} {
		b := vendorBench(t, plan, IntakeOptions{})
		con, s := &console{stations: sample(t, "unifi_stat_sta.json")}, &states{}
		o := controller(t, b, s, "/proxy/network", con.serve)
		o.User = user
		p, err := NewUniFi(o)
		if err != nil {
			t.Fatal(err)
		}
		stop := runUntil(t, b, p)
		eventually(t, "polls", func() bool { return b.guests.Stats().Deliveries > 3 })
		con.mu.Lock()
		con.session = "ended"
		con.mu.Unlock()
		before := b.guests.Stats().Deliveries
		eventually(t, "polls of the next session", func() bool { return b.guests.Stats().Deliveries > before+3 })
		stop()
		if st := b.guests.Stats(); st.Reports == 0 || st.Malformed > 0 || len(s.all()) > 0 || user != "" && con.logins != 2 || user == "" && con.logins != 0 {
			t.Errorf("user %q: %d logins, said %v, %+v", user, con.logins, s.all(), st)
		}
	}
}

// A phone's address on the network comes with its row: a check-in finds it.
func TestUniFiKnowsAddresses(t *testing.T) {
	b := vendorBench(t, testPlan("ac:8b:a9:00:00:01"), IntakeOptions{})
	row := `{"meta":{"rc":"ok"},"data":[{"mac":"` + sampleClient + `","ip":"10.0.3.7","ap_mac":"ac:8b:a9:00:00:01","signal":-60,"is_wired":false,"channel":36,"radio":"na"}]}`
	con := &console{stations: row}
	p, err := NewUniFi(controller(t, b, &states{}, "/proxy/network", con.serve))
	if err != nil {
		t.Fatal(err)
	}
	run(t, b, p)
	b.guests.patience = 20 * time.Second
	phone, err := b.guests.Bind(t.Context(), ip("10.0.3.7"), Grant{Key: "k", Until: b.now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.first(t, func(floor.Report) bool { return true }); got.Phone != phone {
		t.Errorf("%+v", got)
	}
}

func TestUniFiV1(t *testing.T) {
	b := vendorBench(t, testPlan("b"), IntakeOptions{})
	var asked []string
	var mu sync.Mutex
	o := controller(t, b, &states{}, unifiOS, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.URL.RequestURI())
		offset := 0
		if strings.Contains(r.URL.RawQuery, "offset=200") {
			offset = 200
		}
		fmt.Fprintf(w, `{"offset":%d,"limit":200,"count":200,"totalCount":400,"data":[{"type":"WIRELESS","id":"x","macAddress":"02:00:5e:10:00:%02x","uplinkDeviceId":"b"}]}`, offset, offset/200)
	})
	o.Site = "88f7af54"
	p, err := NewUniFiV1(o)
	if err != nil {
		t.Fatal(err)
	}
	run(t, b, p)
	eventually(t, "two pages", func() bool { mu.Lock(); defer mu.Unlock(); return len(asked) >= 4 })
	mu.Lock()
	defer mu.Unlock()
	want := "/proxy/network/integration/v1/sites/88f7af54/clients?limit=200"
	if asked[0] != want || asked[1] != want+"&offset=200" || asked[2] != want {
		t.Errorf("asked %v", asked[:3])
	}
}

func TestFortiGate(t *testing.T) {
	b := vendorBench(t, testPlan("FP431FTF20012345", "FP431FTF20012346", "FP431F0000000001"), IntakeOptions{})
	s := &states{}
	var mu sync.Mutex
	asked := map[string]int{}
	old := false
	p, err := NewFortiGate(controller(t, b, s, "", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked[r.URL.RequestURI()]++
		switch {
		case r.Header.Get("Authorization") != "Bearer k3y":
			w.WriteHeader(http.StatusUnauthorized)
		case old && strings.Contains(r.URL.Path, "unassociated"):
			http.NotFound(w, r)
		default:
			io.WriteString(w, sample(t, "fortigate_wifi_client.json"))
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	run(t, b, p)
	eventually(t, "both are asked", func() bool { return b.guests.Stats().Deliveries > 4 })
	mu.Lock()
	if asked["/api/v2/monitor/wifi/client?with_triangulation=true"] == 0 || asked["/api/v2/monitor/wifi/unassociated-devices?with_triangulation=true"] == 0 || len(asked) != 2 {
		t.Errorf("asked %v", asked)
	}
	old = true
	mu.Unlock()
	// One of the two failing is said, and the other goes on.
	eventually(t, "it says so", func() bool { return len(s.all()) == 1 })
	before := b.guests.Stats().Deliveries
	eventually(t, "the other goes on", func() bool { return b.guests.Stats().Deliveries > before+4 })
	if err := s.all()[0]; !errors.Is(err, fetch.ErrStatus) {
		t.Error(err)
	}
	if b.intake.Sensors()[0].Refused > 0 {
		t.Errorf("%+v", b.intake.Sensors())
	}
}

func TestPollRefused(t *testing.T) {
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		want error
	}{
		"wrong key": {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, sampleClient, http.StatusForbidden) }, fetch.ErrDenied},
		"redirect":  {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/manage", http.StatusFound) }, fetch.ErrRedirect},
		"oversized": {func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 2<<20)) }, fetch.ErrLarge},
		"no JSON":   {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, sampleClient) }, nil},
	} {
		for _, user := range []string{"", "foyer"} {
			b := newBench(t, IntakeOptions{})
			s := &states{}
			o := controller(t, b, s, "", c.h)
			o.User = user
			p, err := NewUniFi(o)
			if err != nil {
				t.Fatal(err)
			}
			stop := runUntil(t, b, p)
			eventually(t, name+" is said", func() bool { return len(s.all()) > 0 })
			stop()
			if err := s.all()[0]; err == nil || c.want != nil && !errors.Is(err, c.want) || strings.Contains(err.Error(), sampleClient) {
				t.Errorf("%s, user %q: %v", name, user, err)
			}
		}
	}
	if _, err := NewFortiGate(PollOptions{Feed: Feed{Name: "x", Intake: newBench(t, IntakeOptions{}).intake}}); !errors.Is(err, ErrFeed) {
		t.Errorf("without an address: %v", err)
	}
}
