package radio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"foyer/floor"
	"foyer/radio/format"
)

const (
	maxDatagram = 64 << 10 // bytes
	maxSenders  = 64       // addresses with an account of their own
	// How many datagrams a second an address may send. usteer sends one, and
	// more as clients come and go; DAWN one for every probe request heard.
	senderRate  = 200
	senderBurst = 400
)

// DatagramOptions are the settings of a source that listens for datagrams.
type DatagramOptions struct {
	Feed
	Format string // "usteer" or "dawn"
	Conn   net.PacketConn
	// From are the addresses that may send. Datagrams are not signed: this and
	// the network's own walls are all that keeps a stranger's out.
	From []netip.Prefix
}

// Datagrams is the source of what access points tell one another by UDP, of
// usteer and DAWN. It only listens.
type Datagrams struct {
	*feed
	o       DatagramOptions
	senders map[netip.Addr]*sender // of Run's goroutine
}

// A sender is an address that sends, with a budget of its own so that its
// flood costs the others nothing.
type sender struct {
	account *sensor
	budget  *rate.Limiter
}

// NewDatagrams returns a source that reads once Run is called, which closes
// the connection.
func NewDatagrams(o DatagramOptions) (*Datagrams, error) {
	f, err := newFeed(o.Feed, time.Second, o.Format)
	switch {
	case err != nil:
		return nil, err
	case o.Conn == nil:
		return nil, fmt.Errorf("%w %s: no connection", ErrFeed, o.Name)
	case len(o.From) == 0:
		return nil, fmt.Errorf("%w %s: say from whose addresses: anybody can send a datagram", ErrFeed, o.Name)
	}
	return &Datagrams{feed: f, o: o, senders: map[netip.Addr]*sender{}}, nil
}

// Name returns the source's name.
func (d *Datagrams) Name() string { return d.o.Name }

// Run reads until ctx ends.
func (d *Datagrams) Run(ctx context.Context, out chan<- floor.Batch) error {
	stop := context.AfterFunc(ctx, func() { d.o.Conn.Close() })
	defer stop()
	defer d.o.Conn.Close()
	buf := make([]byte, maxDatagram+1)
	for {
		n, from, err := d.o.Conn.ReadFrom(buf)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("listen for %s: %w", d.o.Name, err)
		case err != nil: // an earlier datagram's, such as an ICMP error
			d.tell("socket", errSocket)
			wait(ctx, patience)
			continue
		}
		d.tell("socket", nil)
		d.take(ctx, buf[:n], from, out)
		clear(buf[:n])
	}
}

// errSocket means that the network gave an error in the place of a datagram.
var errSocket = errors.New("the network gives errors in the place of datagrams: check the interface")

// take delivers one datagram if its sender may send it.
func (d *Datagrams) take(ctx context.Context, body []byte, from net.Addr, out chan<- floor.Batch) {
	n := &d.Intake.guests.n
	s, host := d.sender(from)
	switch {
	case s == nil:
		d.Intake.turnAway(d.account, &n.unauthorized)
		return
	case len(body) > maxDatagram:
		d.Intake.turnAway(s.account, &n.refused)
		return
	case !s.budget.Allow():
		d.Intake.turnAway(s.account, &n.throttled)
		return
	}
	// DAWN ends its JSON as C does.
	p := format.Payload{Body: bytes.TrimRight(body, "\x00"), From: host, Every: d.Every}
	if d.o.Format == "usteer" {
		p.Body = body
	}
	d.Intake.payload(ctx, s.account, d.formats[d.o.Format], p, out)
}

// sender returns the account of an address that may send, and the address.
func (d *Datagrams) sender(from net.Addr) (*sender, string) {
	udp, ok := from.(*net.UDPAddr)
	if !ok {
		return nil, ""
	}
	addr := udp.AddrPort().Addr().Unmap().WithZone("")
	if s := d.senders[addr]; s != nil {
		return s, addr.String()
	}
	if len(d.senders) >= maxSenders || !slices.ContainsFunc(d.o.From, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		return nil, ""
	}
	s := &sender{d.Intake.expectOf(d.o.Name+" "+addr.String(), d.account), rate.NewLimiter(senderRate, senderBurst)}
	d.senders[addr] = s
	return s, addr.String()
}
