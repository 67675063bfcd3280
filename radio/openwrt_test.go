package radio

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/floor"
	"foyer/radio/fetch"
	"foyer/radio/format"
)

// sample returns a vendor's payload with the made-up address of its only client
// in the place of radio 1's, which a test may lease.
func sample(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("format/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A router is a made-up OpenWrt host: uhttpd with its bus.
type router struct {
	*httptest.Server
	mu       sync.Mutex
	password string
	session  string
	logins   int
	calls    map[string]int
	answers  map[string]string // result by object and method
	stream   func(w http.ResponseWriter, r *http.Request)
	asked    []string // clients that were to measure
	about    string   // the network they were asked about
}

func newRouter(t testing.TB) *router {
	r := &router{password: "s3cret", calls: map[string]int{}, answers: map[string]string{}}
	r.answers["hostapd.phy1-ap0 get_clients"] = sample(t, "openwrt_get_clients.json")
	r.Server = httptest.NewTLSServer(http.HandlerFunc(r.serve))
	t.Cleanup(r.Close)
	return r
}

func (r *router) serve(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if object, ok := strings.CutPrefix(req.URL.Path, "/ubus/subscribe/"); ok {
		if req.Header.Get("Authorization") != "Bearer "+r.session || r.session == "" {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"jsonrpc":"2.0","id":null,"error":{"code":-32002,"message":"Access denied"}}`)
			return
		}
		r.calls[object+" subscribe"]++
		if r.stream != nil {
			f := r.stream
			r.mu.Unlock()
			f(w, req)
			r.mu.Lock()
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		return
	}
	var call struct{ Params [4]json.RawMessage }
	if err := json.NewDecoder(req.Body).Decode(&call); err != nil {
		http.Error(w, "no", http.StatusBadRequest)
		return
	}
	var sid, object, method string
	json.Unmarshal(call.Params[0], &sid)
	json.Unmarshal(call.Params[1], &object)
	json.Unmarshal(call.Params[2], &method)
	r.calls[object+" "+method]++
	fmt.Fprintf(w, `{"jsonrpc":"2.0","id":1,%s}`, r.answer(sid, object, method, call.Params[3]))
}

func (r *router) answer(sid, object, method string, args []byte) string {
	var login struct{ Username, Password, Addr, SSID string }
	json.Unmarshal(args, &login)
	switch answer, known := r.answers[object+" "+method]; {
	case object == "session":
		r.logins++
		if login.Username != "foyer" || login.Password != r.password {
			return `"result":[6]`
		}
		r.session = fmt.Sprintf("%032d", r.logins)
		return fmt.Sprintf(`"result":[0,{"ubus_rpc_session":%q,"timeout":300}]`, r.session)
	case sid != r.session:
		return `"error":{"code":-32002,"message":"Access denied"}`
	case method == "rrm_beacon_req":
		r.asked, r.about = append(r.asked, login.Addr), login.SSID
		return `"result":[0]`
	case !known:
		return `"error":{"code":-32000,"message":"Object not found"}`
	default:
		return `"result":[0,` + answer + `]`
	}
}

func (r *router) did(what string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls[what]
}

// states is a Feed's State that remembers.
type states struct {
	mu   sync.Mutex
	list []error
}

func (s *states) tell(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, err)
}

func (s *states) all() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]error(nil), s.list...)
}

// run runs a source until the test ends and demands that it then returns nil.
func run(t testing.TB, b *bench, src Source) {
	t.Helper()
	stop := runUntil(t, b, src)
	t.Cleanup(stop)
}

// eventually waits for what other goroutines bring about.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not in 20 s: %s", what)
		}
	}
}

func (r *router) client(t testing.TB) *fetch.Client {
	t.Helper()
	pool := r.Server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	c, err := fetch.New(fetch.Options{URL: r.URL, CAs: pool})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newOpenWrt(t testing.TB, b *bench, r *router, s *states, change ...func(*OpenWrtOptions)) *OpenWrt {
	t.Helper()
	o := OpenWrtOptions{
		Feed:   Feed{Name: "lan", Intake: b.intake, Every: 20 * time.Millisecond, State: s.tell},
		Client: r.client(t), User: "foyer", Secret: func() ([]byte, error) { return []byte("s3cret"), nil },
		Objects: []string{"hostapd.phy1-ap0"}, retryFirst: 20 * time.Millisecond,
	}
	for _, f := range change {
		f(&o)
	}
	w, err := NewOpenWrt(o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// routerPlan knows the access points of the OpenWrt samples.
func routerPlan() *floor.Plan {
	return testPlan("127.0.0.1#hostapd.phy1-ap0", "02:11:22:aa:00:02")
}

func vendorBench(t testing.TB, plan *floor.Plan, o IntakeOptions) *bench {
	t.Helper()
	names, err := NewAliases(plan)
	if err != nil {
		t.Fatal(err)
	}
	o.APs = names
	return newBench(t, o)
}

// leaseAddr leases a radio by its address.
func (b *bench) leaseAddr(t testing.TB, s string) floor.Phone {
	t.Helper()
	return b.guests.lease(parseAddr(t, s), Grant{Key: s, Until: b.now.Add(10 * time.Hour)}, b.now)
}

const sampleClient = "d2:3f:10:00:00:01"

// first returns the first report of a batch that has one and satisfies ok.
func (b *bench) first(t testing.TB, ok func(floor.Report) bool) floor.Report {
	t.Helper()
	for range 1000 {
		for _, r := range b.next(t).Reports {
			if ok(r) {
				return r
			}
		}
	}
	t.Fatal("no such report")
	return floor.Report{}
}

func TestOpenWrt(t *testing.T) {
	b := vendorBench(t, routerPlan(), IntakeOptions{})
	p := b.leaseAddr(t, sampleClient)
	r, s := newRouter(t), &states{}
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	r.stream = func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		// The last event alone: the others would be taken for the polled reading.
		_, last, _ := strings.Cut(sample(t, "openwrt_ubus_subscribe.sse"), "event: beacon-report")
		io.WriteString(w, "event: beacon-report"+last)
		w.(http.Flusher).Flush()
		select {
		case <-release:
		case <-req.Context().Done():
		}
	}
	run(t, b, newOpenWrt(t, b, r, s))
	var polled, measured bool
	b.first(t, func(r floor.Report) bool {
		if r.AP != "ap-02" || r.Phone != p {
			t.Errorf("%+v", r)
		}
		polled = polled || r.Kind == floor.UplinkAssoc && r.RSSI == -57 && r.Freq == 5180
		measured = measured || r.Kind == floor.Downlink
		return polled && measured
	})
	// An ended session costs one more login and no report.
	r.mu.Lock()
	r.session = "gone"
	r.mu.Unlock()
	eventually(t, "a second login", func() bool { return r.did("session login") >= 2 })
	calls := r.did("hostapd.phy1-ap0 get_clients")
	eventually(t, "polls after it", func() bool { return r.did("hostapd.phy1-ap0 get_clients") > calls+2 })
	if all := s.all(); len(all) != 0 {
		t.Errorf("a source that works says %v", all)
	}
	account := b.intake.Sensors()[0]
	if account.ID != "lan" || account.Reports == 0 || account.Refused != 0 || !account.Clock {
		t.Errorf("%+v", account)
	}
}

func TestOpenWrtBeacons(t *testing.T) {
	b := vendorBench(t, routerPlan(), IntakeOptions{})
	r, s := newRouter(t), &states{}
	r.answers["hostapd.phy1-ap0 get_status"] = `{"status":"ENABLED","bssid":"02:11:22:aa:00:01","ssid":"STORE-GUEST","freq":5180}`
	run(t, b, newOpenWrt(t, b, r, s, func(o *OpenWrtOptions) { o.Beacons = time.Hour }))
	calls := r.did("hostapd.phy1-ap0 get_clients")
	eventually(t, "polls", func() bool { return r.did("hostapd.phy1-ap0 get_clients") > calls+3 })
	if n := r.did("hostapd.phy1-ap0 rrm_beacon_req"); n != 0 {
		t.Fatalf("a stranger is asked to measure %d times", n)
	}
	b.leaseAddr(t, sampleClient)
	eventually(t, "the leased phone is asked", func() bool { return r.did("hostapd.phy1-ap0 rrm_beacon_req") == 2 })
	calls = r.did("hostapd.phy1-ap0 get_clients")
	eventually(t, "polls", func() bool { return r.did("hostapd.phy1-ap0 get_clients") > calls+3 })
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.asked) != 2 || r.asked[0] != sampleClient || r.about != "STORE-GUEST" {
		t.Errorf("asked %v about %q: once for each class within an hour", r.asked, r.about)
	}
}

// The table of DHCP leases is read while a check-in waits, and only then.
func TestOpenWrtLeases(t *testing.T) {
	for name, table := range map[string][2]string{
		"odhcpd":  {"dhcp ipv4leases", `{"device":{"br-lan":{"leases":[{"mac":"d23f10000001","hostname":"x","address":"10.0.3.7","valid":100}]}}}`},
		"dnsmasq": {"luci-rpc getDHCPLeases", `{"dhcp_leases":[{"expires":100,"hostname":"x","macaddr":"D2:3F:10:00:00:01","ipaddr":"10.0.3.7"}]}`},
	} {
		b := vendorBench(t, routerPlan(), IntakeOptions{})
		r, s := newRouter(t), &states{}
		r.answers[table[0]] = table[1]
		stop := runUntil(t, b, newOpenWrt(t, b, r, s))
		eventually(t, "polls", func() bool { return r.did("hostapd.phy1-ap0 get_clients") > 3 })
		if n := r.did(table[0]); n != 0 {
			t.Errorf("%s: the table is read %d times for nobody", name, n)
		}
		b.guests.patience = 20 * time.Second
		p, err := b.guests.Bind(t.Context(), ip("10.0.3.7"), Grant{Key: "k", Until: b.now.Add(time.Hour)})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := b.first(t, func(floor.Report) bool { return true }); got.Phone != p {
			t.Errorf("%s: %+v", name, got)
		}
		stop()
	}
}

// Who subscribes to nothing polls all the same.
func TestOpenWrtPollOnly(t *testing.T) {
	b := vendorBench(t, routerPlan(), IntakeOptions{})
	r, s := newRouter(t), &states{}
	run(t, b, newOpenWrt(t, b, r, s, func(o *OpenWrtOptions) { o.PollOnly = true }))
	eventually(t, "polls", func() bool { return r.did("hostapd.phy1-ap0 get_clients") > 5 })
	if n := r.did("hostapd.phy1-ap0 subscribe"); n > 0 {
		t.Errorf("%d subscriptions", n)
	}
}

func TestOpenWrtFails(t *testing.T) {
	for name, c := range map[string]struct {
		spoil  func(*router)
		change func(*OpenWrtOptions)
		want   error
	}{
		"password": {spoil: func(r *router) { r.password = "other" }, want: fetch.ErrDenied},
		"object":   {spoil: func(r *router) { clear(r.answers) }},
		"refused stream": {spoil: func(r *router) {
			r.stream = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				io.WriteString(w, `{"jsonrpc":"2.0","error":{"code":-32000,"message":"`+sampleClient+`"}}`)
			}
		}, want: fetch.ErrStream},
		"secret file": {change: func(o *OpenWrtOptions) { o.Secret = func() ([]byte, error) { return nil, os.ErrNotExist } }, want: fetch.ErrSecret},
		"no clients":  {spoil: func(r *router) { r.answers["hostapd.phy1-ap0 get_clients"] = `{"freq":1}` }, want: format.ErrSyntax},
	} {
		b := vendorBench(t, routerPlan(), IntakeOptions{})
		r, s := newRouter(t), &states{}
		if c.spoil != nil {
			c.spoil(r)
		}
		if c.change == nil {
			c.change = func(*OpenWrtOptions) {}
		}
		stop := runUntil(t, b, newOpenWrt(t, b, r, s, c.change))
		eventually(t, name+": it says so", func() bool { return len(s.all()) > 0 })
		if err := s.all()[0]; err == nil || c.want != nil && !errors.Is(err, c.want) || strings.Contains(err.Error(), sampleClient) {
			t.Errorf("%s: %v", name, err)
		}
		// Mended, it says so, and reports come.
		if c.spoil != nil {
			r.mu.Lock()
			r.password, r.stream = "s3cret", nil
			r.answers["hostapd.phy1-ap0 get_clients"] = sample(t, "openwrt_get_clients.json")
			r.mu.Unlock()
			eventually(t, name+": it works again", func() bool { all := s.all(); return len(all) == 2 && all[1] == nil })
		}
		stop()
	}
}

func TestOpenWrtOptions(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	r := newRouter(t)
	for name, spoil := range map[string]func(*OpenWrtOptions){
		"no name":    func(o *OpenWrtOptions) { o.Name = "" },
		"no intake":  func(o *OpenWrtOptions) { o.Intake = nil },
		"no client":  func(o *OpenWrtOptions) { o.Client = nil },
		"no secret":  func(o *OpenWrtOptions) { o.Secret = nil },
		"no objects": func(o *OpenWrtOptions) { o.Objects = nil },
		"strange":    func(o *OpenWrtOptions) { o.Objects = []string{"network.wireless"} },
	} {
		o := OpenWrtOptions{Feed: Feed{Name: "x", Intake: b.intake}, Client: r.client(t), Secret: func() ([]byte, error) { return nil, nil }, Objects: []string{"usteer"}}
		spoil(&o)
		if _, err := NewOpenWrt(o); !errors.Is(err, ErrFeed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
