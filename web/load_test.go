package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
)

// crowd is a full store: every associate's page and every customer's, each a
// browser with an address of its own, over TLS.
type crowd struct {
	*house
	people   []*member
	sent     atomic.Int64
	received atomic.Int64
	returned atomic.Int64 // streams that ended, and were opened anew
	mu       sync.Mutex
	told     []time.Duration // from the event until the stream says so
	shown    []time.Duration // from the event until the page says so
}

// member is one of the crowd.
type member struct {
	*person
	associate floor.AssociateID
	customer  floor.Customer
	page      string
}

// TestManyStreams opens the pages of a crowd, lets things happen to each of them,
// and measures from the event until the page that shows it has been read. With
// FOYER_LONG it is 200 associates and 500 customers for ten minutes.
func TestManyStreams(t *testing.T) { // alone: it counts what the whole process holds
	if testing.Short() {
		t.Skip("SKIPPED: many pages take many seconds: run without -short")
	}
	associates, customers, windows, window := 40, 100, 2, 4*time.Second
	long := os.Getenv("FOYER_LONG") != ""
	if long {
		associates, customers, windows, window = 200, 500, 10, time.Minute
	}
	c := &crowd{house: newHouse(t)}
	defer c.runs(1)()
	began := time.Now()
	c.fill(associates, customers)
	stop := c.come()
	t.Logf("figure: %d associates' and %d customers' pages are open after %v", associates, customers, time.Since(began).Round(time.Millisecond))
	var p99s []time.Duration
	var first, last memory
	for n := range windows {
		c.happen(window)
		told, shown := c.take()
		last = measure()
		if n == 0 {
			first = last
		}
		p99s = append(p99s, at(shown, .99))
		t.Logf("figure: %d events: told p50 %v p99 %v, shown p50 %v p99 %v max %v; %v", len(shown), at(told, .5), at(told, .99), at(shown, .5), at(shown, .99), at(shown, 1), last)
	}
	if s := c.server.Stats(); s.Guest.TooSlow+s.Staff.TooSlow > 0 || int(s.Guest.Open+s.Staff.Open) != associates+customers {
		t.Errorf("somebody was dropped: %+v", s)
	}
	slices.Sort(p99s)
	if typical := p99s[len(p99s)/2]; long && !racing && typical > 200*time.Millisecond {
		t.Errorf("in the typical minute one event in a hundred takes %v to its page", typical)
	}
	if room := uint64(len(c.people)*headerTables + 4<<20); last.heap > first.heap+room || last.goroutines > first.goroutines+50 {
		t.Errorf("from %v to %v: it grows", first, last)
	}
	stop()
}

// headerTables is what each connection may come to hold meanwhile, in bytes: HTTP/2
// remembers 4 KB of header fields each way, at both ends, and both are here. They
// fill with dates.
const headerTables = 4 * 4 << 10

// fill makes the staff and the customers, each signed in.
func (c *crowd) fill(associates, customers int) {
	c.t.Helper()
	staff := c.desk.Roster()
	var shifts []floor.Shift
	code := must(c.server.Pair(associate("ana"), c.now()))
	device, _, err := c.server.doors.Enrol("", code, "4711", c.now())
	c.must(err)
	for i := range associates {
		id := associate(fmt.Sprintf("load-%d", i))
		staff = append(staff, floor.Associate{ID: id, Name: "Robin", Role: floor.RoleAssociate, Tier: floor.TierStandard, Department: "shoes", Languages: []string{"de"}})
		shifts = append(shifts, floor.Shift{Associate: id, From: c.now().Add(-time.Hour), To: c.now().Add(8 * time.Hour)})
	}
	c.do(func(d *concierge.Desk, now time.Time) { d.SetRoster(staff, now); d.SetShifts(shifts) })
	for i := range associates {
		p := c.from(c.staff, i)
		p.give("__Host-device", device)
		p.give("__Host-staff", must(c.server.doors.Begin(device, shifts[i].Associate, c.now().Add(8*time.Hour), c.now())))
		c.people = append(c.people, &member{person: p, associate: shifts[i].Associate, page: "/staff"})
	}
	for i := range customers {
		her := profile.New(customer(fmt.Sprintf("c-load-%d", i)))
		her.Form, her.Visibility, her.Preferred = "Ms. Load", profile.AskEachVisit, []floor.AssociateID{shifts[i%associates].Associate}
		c.must(c.profiles.Put(her))
		_, err := c.profiles.Grant(her.Customer, c.now(), "1", "page", profile.Presence, profile.ProfileToAssociates)
		c.must(err)
		p := c.from(c.guest, associates+i)
		p.give("__Host-guest", must(c.server.doors.Admit(her.Customer, c.now())))
		c.people = append(c.people, &member{person: p, customer: her.Customer, page: "/here"})
	}
}

// from is a browser with the n-th address of the loopback network.
func (c *crowd) from(hostport string, n int) *person {
	p := c.person(hostport)
	dial := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(n/250), byte(n%250+1))}}
	p.client.Transport.(*http.Transport).DialContext = dial.DialContext
	return p
}

// come opens every page and its stream.
func (c *crowd) come() (stop func()) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for i, m := range c.people {
		m.person.page(m.page)
		address := "/v1/me/stream"
		if m.associate.Valid() {
			address = fmt.Sprintf("/v1/associate/stream?page=%d", i)
		}
		opened := make(chan struct{})
		once := sync.OnceFunc(func() { close(opened) })
		wg.Go(func() {
			last := ""
			for ctx.Err() == nil { // as a browser does
				last = c.listens(ctx, m, i, address, last, once)
				c.returned.Add(1)
			}
		})
		<-opened
	}
	return func() { cancel(); wg.Wait() }
}

// listens opens a stream and follows it to its end.
func (c *crowd) listens(ctx context.Context, m *member, number int, address, last string, once func()) string {
	req, err := http.NewRequestWithContext(ctx, "GET", m.base+address, nil)
	if err != nil {
		c.t.Error(err)
		return last
	}
	req.Header.Set("Last-Event-ID", last)
	forever := *m.client
	forever.Timeout = 0
	answer, err := forever.Do(req)
	if err != nil {
		time.Sleep(time.Second)
		return last
	}
	defer answer.Body.Close()
	once()
	return c.follow(m, number, last, bufio.NewScanner(answer.Body))
}

// follow is what the page's script does: it answers beats, and has the page anew
// when it is told of something. It returns the last event's number.
func (c *crowd) follow(m *member, number int, last string, lines *bufio.Scanner) string {
	for lines.Scan() {
		if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
			last = id
		}
		if lines.Text() == "event: beat" {
			_ = m.fetch(fmt.Sprintf("/staff/alive?page=%d", number))
		}
		nanos, _, ok := strings.Cut(strings.TrimPrefix(lines.Text(), `data: {"id":"at-`), `"`)
		n, err := strconv.ParseInt(nanos, 10, 64)
		if !ok || err != nil {
			continue
		}
		told := time.Since(time.Unix(0, n))
		if m.fetch(m.page) != nil {
			return last // everybody goes home
		}
		c.mu.Lock()
		c.told, c.shown = append(c.told, told), append(c.shown, time.Since(time.Unix(0, n)))
		c.mu.Unlock()
		c.received.Add(1)
	}
	if err := lines.Err(); err == nil || !errors.Is(err, context.Canceled) {
		c.t.Logf("%s: stream ended: %v", m.page, err)
	}
	return last
}

func (m *member) fetch(path string) error {
	answer, err := m.client.Get(m.base + path)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// happen lets things happen to everybody, each every ten seconds on average, and
// waits until all of it has been shown.
func (c *crowd) happen(d time.Duration) {
	c.t.Helper()
	each := 10 * time.Second / time.Duration(len(c.people))
	if racing {
		each *= 4
	}
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(each) {
		m := c.people[rand.IntN(len(c.people))]
		now := fmt.Sprintf("at-%d", time.Now().UnixNano())
		ev := concierge.Event{Kind: concierge.HereChanged, Customer: m.customer, Visit: floor.VisitID(now)}
		if m.associate.Valid() {
			ev = concierge.Event{Kind: concierge.FloorChanged, Associate: m.associate, Visit: floor.VisitID(now)}
		}
		c.server.Show(ev)
		c.sent.Add(1)
	}
	for end := time.Now().Add(time.Minute); c.received.Load() < c.sent.Load(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("of %d events %d were shown", c.sent.Load(), c.received.Load())
		}
	}
}

func (c *crowd) take() (told, shown []time.Duration) {
	c.house.mu.Lock()
	c.flushed, c.house.shown = nil, nil // the house's own memory is not what is measured
	c.house.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	told, shown, c.told, c.shown = c.told, c.shown, nil, nil
	slices.Sort(told)
	slices.Sort(shown)
	return told, shown
}

// at is the share-th of sorted durations.
func at(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))].Round(100 * time.Microsecond)
}

// memory is what the program and its crowd hold, after a collection.
type memory struct {
	heap       uint64
	goroutines int
}

func measure() memory {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return memory{m.HeapAlloc, runtime.NumGoroutine()}
}

func (m memory) String() string {
	return fmt.Sprintf("heap %.1f MB, %d goroutines", float64(m.heap)/(1<<20), m.goroutines)
}
