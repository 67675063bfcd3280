package radio

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"testing"

	"foyer/floor"
)

// sendFrom sends datagrams from an address of this machine's.
func sendFrom(t testing.TB, from string, to net.Addr, bodies ...string) {
	t.Helper()
	c, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.ParseIP(from)}, to.(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, body := range bodies {
		if _, err := c.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
}

func datagrams(t testing.TB, b *bench, format string) net.Addr {
	t.Helper()
	conn, err := ListenDatagrams(t.Context(), "127.0.0.1:0", "", netip.Addr{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDatagrams(DatagramOptions{
		Feed: Feed{Name: format, Intake: b.intake}, Format: format, Conn: conn, From: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/30")},
	})
	if err != nil {
		t.Fatal(err)
	}
	run(t, b, d)
	return conn.LocalAddr()
}

func TestUsteer(t *testing.T) {
	b := vendorBench(t, testPlan("02:11:22:aa:00:02", "02:11:22:aa:00:01"), IntakeOptions{})
	p := b.leaseAddr(t, sampleClient)
	to := datagrams(t, b, "usteer")
	body := sample(t, "usteer_udp16720.bin")
	sendFrom(t, "127.0.0.9", to, body)       // nobody who may send
	sendFrom(t, "127.0.0.2", to, "nonsense") // refused
	sendFrom(t, "127.0.0.1", to, body, body)
	got := b.first(t, func(r floor.Report) bool { return true })
	if got.AP != "ap-02" || got.Phone != p || !got.At.Before(opening) {
		t.Errorf("%+v", got)
	}
	eventually(t, "both", func() bool { return b.guests.Stats().Deliveries == 3 })
	s := b.guests.Stats()
	if s.Unauthorized != 1 || s.Refused != 1 || s.Duplicate == 0 {
		t.Errorf("%+v", s)
	}
	accounts := b.intake.Sensors()
	if len(accounts) != 3 || accounts[0].ID != "usteer" || accounts[0].Deliveries != 2 || accounts[0].Refused != 2 || accounts[1].ID != "usteer 127.0.0.1" ||
		accounts[1].Reports != accounts[0].Reports || accounts[2].Refused != 1 || !accounts[2].Last.IsZero() {
		t.Errorf("%+v", accounts)
	}
}

func TestDAWN(t *testing.T) {
	b := vendorBench(t, testPlan("02:11:22:AA:00:02", "02:11:22:aa:00:01"), IntakeOptions{})
	p := b.leaseAddr(t, sampleClient)
	to := datagrams(t, b, "dawn")
	sendFrom(t, "127.0.0.1", to, sample(t, "dawn_udp_probe.json")+"\x00")
	if got := b.first(t, func(floor.Report) bool { return true }); got.Phone != p || got.AP != "ap-02" || got.Kind != floor.UplinkProbe {
		t.Errorf("%+v", got)
	}
}

// One address's flood uses up its own budget and nobody else's.
func TestDatagramFlood(t *testing.T) {
	b := vendorBench(t, testPlan("02:11:22:aa:00:02", "02:11:22:aa:00:01"), IntakeOptions{})
	b.leaseAddr(t, sampleClient)
	conn := &readOnly{}
	d, err := NewDatagrams(DatagramOptions{Feed: Feed{Name: "usteer", Intake: b.intake}, Format: "usteer", Conn: conn, From: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(sample(t, "usteer_udp16720.bin"))
	flood, calm := &net.UDPAddr{IP: net.IPv4(10, 0, 0, 1)}, &net.UDPAddr{IP: net.IPv4(10, 0, 0, 2)}
	for range 20_000 {
		d.take(t.Context(), body, flood, b.out)
		for len(b.out) > 0 {
			<-b.out
		}
	}
	before := b.guests.Stats()
	if before.Throttled < 15_000 || before.Deliveries > 5000 {
		t.Errorf("a flood of 20,000 datagrams: %+v", before)
	}
	for range 100 {
		d.take(t.Context(), body, calm, b.out)
	}
	after := b.guests.Stats()
	if n := after.Deliveries - before.Deliveries; n != 100 || after.Throttled != before.Throttled {
		t.Errorf("%d of 100 datagrams of another sender are taken during the flood", n)
	}
	// Senders are bounded, and a datagram too large is not looked at.
	for i := range 200 {
		d.take(t.Context(), body, &net.UDPAddr{IP: net.IPv4(10, 0, 1, byte(i))}, b.out)
		for len(b.out) > 0 {
			<-b.out
		}
	}
	if n := b.guests.Stats().Unauthorized; len(d.senders) != maxSenders || n == 0 {
		t.Errorf("%d senders, %d strangers", len(d.senders), n)
	}
	d.take(t.Context(), bytes.Repeat([]byte{'x'}, maxDatagram+1), calm, b.out)
	if s := b.guests.Stats(); s.Refused != 1 {
		t.Errorf("too large: %+v", s)
	}
}

// readOnly is a connection that nothing is read from.
type readOnly struct{ net.PacketConn }

func TestDatagramOptions(t *testing.T) {
	b := newBench(t, IntakeOptions{})
	from := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for name, o := range map[string]DatagramOptions{
		"format": {Feed: Feed{Name: "x", Intake: b.intake}, Format: "nonsense", Conn: &readOnly{}, From: from},
		"conn":   {Feed: Feed{Name: "x", Intake: b.intake}, Format: "usteer", From: from},
		"from":   {Feed: Feed{Name: "x", Intake: b.intake}, Format: "usteer", Conn: &readOnly{}},
	} {
		if _, err := NewDatagrams(o); !errors.Is(err, ErrFeed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMulticast(t *testing.T) {
	if _, err := ListenDatagrams(t.Context(), "127.0.0.1:0", "no-such-if", UsteerGroup()); err == nil {
		t.Error("a group is joined on an interface that does not exist")
	}
	conn, err := ListenDatagrams(t.Context(), "[::]:0", "lo", UsteerGroup())
	if err != nil {
		t.Skip("no IPv6 here:", err)
	}
	defer conn.Close()
}
