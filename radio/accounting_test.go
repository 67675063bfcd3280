package radio

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"foyer/floor"
)

const radiusSecret = "a shared secret"

// A nas is an access point that accounts for its clients.
type nas struct {
	t    *testing.T
	conn *net.UDPConn
	id   byte
}

// accounts starts an accounting listener for clients on 127.0.0.0/30 and
// returns how to open one.
func accounts(t *testing.T, b *bench, signed bool) func(from string) *nas {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a, err := NewAccounting(conn, []AccountingClient{{Feed: Feed{Name: "controller", Intake: b.intake},
		From: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/30")}, Secret: []byte(radiusSecret), Signed: signed}})
	if err != nil {
		t.Fatal(err)
	}
	run(t, b, a)
	return func(from string) *nas {
		c, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.ParseIP(from)}, conn.LocalAddr().(*net.UDPAddr))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return &nas{t: t, conn: c}
	}
}

// ticking gives the guest list a clock that may be read while it is put on.
func (b *bench) ticking() (pass func(time.Duration)) {
	var at atomic.Int64
	at.Store(b.now.UnixNano())
	b.guests.now = func() time.Time { return time.Unix(0, at.Load()).UTC() }
	return func(d time.Duration) { b.now = b.now.Add(d); at.Add(int64(d)) }
}

// send sends a packet and returns the answer, nil if none comes.
func (n *nas) send(packet []byte, patience time.Duration) []byte {
	n.t.Helper()
	if _, err := n.conn.Write(packet); err != nil {
		n.t.Fatal(err)
	}
	buf := make([]byte, 100)
	n.conn.SetReadDeadline(time.Now().Add(patience))
	size, err := n.conn.Read(buf)
	if err != nil {
		return nil
	}
	return buf[:size]
}

// tell accounts for a client and wants the answer to be signed.
func (n *nas) tell(status uint32, client int, session string, more ...[]byte) []byte {
	n.t.Helper()
	n.id++
	packet := request(radiusSecret, n.id, true, append([][]byte{attr32(attrStatus, status), attr(attrSession, []byte(session)),
		attr(attrCaller, fmt.Appendf(nil, "02-00-5E-10-00-%02X", client)), attr(1, []byte("her.name@example.com"))}, more...)...)
	answer := n.send(packet, 20*time.Second)
	sum := md5.Sum(slices.Concat([]byte{radiusAnswer, n.id, 0, 20}, packet[4:20], []byte(radiusSecret)))
	if want := slices.Concat([]byte{radiusAnswer, n.id, 0, 20}, sum[:]); !bytes.Equal(answer, want) {
		n.t.Fatalf("the answer is %x, want %x", answer, want)
	}
	return packet
}

// A check-in finds its radio by accounting: while it waits, or, for interim
// updates are rare, at its next try. A stop ends the lease, unless the phone has
// only walked on.
func TestAccountingBinds(t *testing.T) {
	var log bytes.Buffer
	b := newBench(t, IntakeOptions{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	pass := b.ticking()
	open := accounts(t, b, true)
	ap1, ap2 := open("127.0.0.1"), open("127.0.0.2")
	bind := func(peer, key string) (floor.Phone, error) {
		return b.guests.Bind(t.Context(), ip(peer), Grant{Key: key, Until: b.now.Add(time.Hour)})
	}
	v6 := netip.MustParseAddr("::1").As16() // loopback, which no neighbour table is asked about
	b.guests.patience = time.Millisecond
	if _, err := bind("127.1.0.7", "c-1"); !errors.Is(err, ErrNoAddress) || len(b.guests.wishes) != 1 {
		t.Fatalf("before anything is accounted: %v, %d are looked for", err, len(b.guests.wishes))
	}
	b.guests.patience = time.Minute
	found := make(chan floor.Phone, 1)
	go func() {
		p, err := bind("127.1.0.7", "c-1")
		if err != nil {
			t.Error(err)
		}
		found <- p
	}()
	eventually(t, "she waits", func() bool { return b.guests.Stats().Waiting == 1 })
	ap1.tell(statusStart, 7, "s1", attr(attrFramedIP, []byte{127, 1, 0, 7}))
	p := <-found
	if len(b.guests.wishes) != 0 {
		t.Error("she is found, and still looked for")
	}
	b.guests.patience = time.Millisecond
	if again, err := bind("127.1.0.7", "c-1"); err != nil || again != p {
		t.Errorf("a minute later, while nothing is accounted: %v", err)
	}

	if _, err := bind("::1", "c-2"); !errors.Is(err, ErrNoAddress) {
		t.Fatal(err)
	}
	ap1.tell(statusInterim, 8, "s2", attr(attrFramedIPv6, v6[:]))
	if _, err := bind("::1", "c-3"); !errors.Is(err, ErrNoAddress) {
		t.Errorf("what was found for one is another's: %v", err)
	}
	if _, err := bind("::1", "c-2"); !errors.Is(err, ErrNoAddress) {
		t.Errorf("whoever asked last is not the one who is looked for: %v", err)
	}
	ap1.tell(statusInterim, 8, "s2", attr(attrFramedIPv6, v6[:]), attr32(attrDelay, 1))
	q, err := bind("::1", "c-2")
	if err != nil || !admitted(b.guests, addr(t, 8)) {
		t.Fatalf("by IPv6 alone: %v", err)
	}

	ended := func(wait time.Duration) []floor.Phone {
		pass(wait)
		return b.guests.Sweep(b.now)
	}
	ap2.tell(statusStart, 7, "s1") // the same name for another's session: she has walked on
	ap1.tell(statusStop, 7, "s1")
	if got := ended(2 * time.Minute); len(got) != 0 {
		t.Fatal("who walks from one access point to the next has left")
	}
	stop := ap2.tell(statusStop, 7, "s1")
	if got := ended(time.Minute); len(got) != 1 || got[0] != p {
		t.Errorf("after her stop: %v", got)
	}
	ap1.tell(statusStop, 8, "s9") // of a session nobody has heard of; her own goes on
	if got := ended(2 * time.Minute); len(got) != 0 {
		t.Error("another session's stop ends the lease")
	}
	b.guests.Release(q)
	b.lease(t, 7) // she is back
	if ap2.send(stop, 20*time.Second) == nil {
		t.Error("a request that comes again is not answered")
	}
	if got := ended(2 * time.Minute); len(got) != 0 {
		t.Error("a copy of an old stop ends a lease")
	}
	for _, secret := range []string{"her.name", "02-00", "02:00", "127.1.0.7", "s9"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has %q: %s", secret, &log)
		}
	}
}

// Who is no client, or does not know the secret, gets no answer and changes
// nothing; nor does what is too old.
func TestAccountingOfStrangers(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	pass := b.ticking()
	open := accounts(t, b, true)
	p := b.lease(t, 7)
	stop := [][]byte{attr32(attrStatus, statusStop), attr(attrCaller, []byte("02005E100007"))}
	const short = 300 * time.Millisecond
	friend := open("127.0.0.1")
	for name, answer := range map[string][]byte{
		"another address":          open("127.0.0.9").send(request(radiusSecret, 1, true, stop...), short),
		"another secret":           friend.send(request("another", 2, true, stop...), short),
		"no Message-Authenticator": friend.send(request(radiusSecret, 3, false, stop...), short),
		"noise":                    friend.send([]byte("noise, and long enough to be a packet"), short),
	} {
		if answer != nil {
			t.Errorf("%s: %x", name, answer)
		}
	}
	old := append(stop, attr32(attrTime, uint32(b.now.Add(-11*time.Minute).Unix())))
	if friend.send(request(radiusSecret, 4, true, old...), 20*time.Second) == nil {
		t.Error("an old request is not answered, and comes for ever")
	}
	if friend.send(request(radiusSecret, 5, true, attr32(attrStatus, 7)), 20*time.Second) == nil { // Accounting-On, of nobody
		t.Error("an access point that begins is not answered")
	}
	pass(2 * time.Minute)
	if got := b.guests.Sweep(b.now); len(got) != 0 {
		t.Errorf("a lease has ended: %v, hers is %v", got, p)
	}
	s := b.guests.Stats()
	if s.Unauthorized != 3 || s.Refused != 1 || s.Deliveries != 1 {
		t.Errorf("%+v", s)
	}
	if one := b.intake.Sensors(); len(one) != 1 || one[0].ID != "controller" || one[0].Deliveries != 1 || one[0].Refused != 3 {
		t.Errorf("%+v", one)
	}
}

// What is found is kept for minutes, for her only, and not at all once she has
// said no.
func TestWishes(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	b.guests.patience = time.Millisecond
	bind := func(key string) error {
		_, err := b.guests.Bind(context.Background(), ip("127.1.0.7"), Grant{Key: key, Until: b.now.Add(time.Hour)})
		return err
	}
	for name, c := range map[string]struct {
		between func()
		want    error
	}{
		"at once":            {func() {}, nil},
		"in time":            {func() { b.now = b.now.Add(foundLife - time.Second); b.guests.Sweep(b.now) }, nil},
		"too late":           {func() { b.now = b.now.Add(foundLife) }, ErrNoAddress},
		"forgotten":          {func() { b.guests.Forget("c") }, ErrNoAddress},
		"swept and too late": {func() { b.now = b.now.Add(foundLife); b.guests.Sweep(b.now) }, ErrNoAddress},
	} {
		b.guests.Forget("c")
		if err := bind("c"); !errors.Is(err, ErrNoAddress) {
			t.Fatalf("%s: %v", name, err)
		}
		b.guests.admit(heard(addr(t, 7), "127.1.0.7"), "ap-01", b.now)
		c.between()
		if err := bind("c"); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	b.guests.Forget("c")
	if len(b.guests.byAddr)+len(b.guests.wishes) != 0 {
		t.Error("after she said no something is kept")
	}
	for n := range maxWishes + 5 {
		b.guests.wish(netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}), "c", b.now)
	}
	if len(b.guests.wishes) != maxWishes {
		t.Errorf("%d wishes", len(b.guests.wishes))
	}
	b.guests.Sweep(b.now.Add(wishLife))
	if len(b.guests.wishes) != 0 {
		t.Errorf("%d wishes are kept for ever", len(b.guests.wishes))
	}
}

// What is remembered so that nothing is taken twice is bounded, and forgotten
// once it could be refused for its age.
func TestAccountedIsBounded(t *testing.T) {
	a := &Accounting{seen: map[[16]byte]time.Time{}}
	sign := func(n int) (s [16]byte) {
		binary.BigEndian.PutUint32(s[:], uint32(n))
		return s
	}
	for n := range maxAccounted {
		if !a.fresh(sign(n), accounting{}, opening) {
			t.Fatalf("request %d is not taken", n)
		}
	}
	if a.fresh(sign(0), accounting{}, opening) || a.fresh(sign(maxAccounted), accounting{}, opening.Add(time.Minute)) || len(a.seen) != maxAccounted {
		t.Errorf("one is taken twice, or too many: %d", len(a.seen))
	}
	if !a.fresh(sign(maxAccounted), accounting{}, opening.Add(maxAccountingAge+time.Second)) || len(a.seen) != 1 {
		t.Errorf("%d are remembered for ever", len(a.seen))
	}
}
