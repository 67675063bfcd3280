package radio

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"foyer/floor"
)

// How old an accounting request may be, by its own word, and how many are
// remembered so that none is taken twice.
const (
	maxAccountingAge = 10 * time.Minute
	maxAccounted     = 64 << 10 // a hundred a second
)

// An AccountingClient is what may send RADIUS accounting: an access point, a
// controller or a RADIUS server that passes it on.
type AccountingClient struct {
	Feed
	From   []netip.Prefix // its addresses
	Secret []byte         // shared with it
	Signed bool           // it must send a Message-Authenticator, which older ones do not
}

// Accounting is the source of RADIUS accounting (RFC 2866). A request says
// which hardware address has which IP address, for check-ins that look for
// their radio, and when a client has left. It says nothing of strength, so
// nothing is queued. Whoever is not a client, or does not know the secret, gets
// no answer. User names are not read.
type Accounting struct {
	conn    net.PacketConn
	clients []*accountingClient
	seen    map[[16]byte]time.Time // authenticators of what was taken; of Run's goroutine
	swept   time.Time              // when the old ones among them were last forgotten
}

type accountingClient struct {
	AccountingClient
	account *sensor
	budget  *rate.Limiter
}

// NewAccounting returns a source that reads once Run is called, which closes
// the connection.
func NewAccounting(conn net.PacketConn, clients []AccountingClient) (*Accounting, error) {
	a := &Accounting{conn: conn, seen: map[[16]byte]time.Time{}}
	if conn == nil || len(clients) == 0 {
		return nil, fmt.Errorf("%w: accounting without a connection or a client", ErrFeed)
	}
	for _, c := range clients {
		f, err := newFeed(c.Feed, time.Second)
		switch {
		case err != nil:
			return nil, err
		case len(c.From) == 0 || len(c.Secret) == 0:
			return nil, fmt.Errorf("%w %s: say from whose addresses, and the secret they share with the box", ErrFeed, c.Name)
		}
		a.clients = append(a.clients, &accountingClient{c, f.account, rate.NewLimiter(senderRate, senderBurst)})
	}
	return a, nil
}

// Name returns the source's name.
func (a *Accounting) Name() string { return "RADIUS accounting" }

// Run reads until ctx ends.
func (a *Accounting) Run(ctx context.Context, _ chan<- floor.Batch) error {
	stop := context.AfterFunc(ctx, func() { a.conn.Close() })
	defer stop()
	defer a.conn.Close()
	buf := make([]byte, radiusMax+1)
	for {
		n, from, err := a.conn.ReadFrom(buf)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("listen for %s: %w", a.Name(), err)
		case err != nil: // an earlier answer's, such as an ICMP error
			wait(ctx, patience)
			continue
		}
		if answer := a.take(buf[:n], from); answer != nil {
			_, _ = a.conn.WriteTo(answer, from) // unanswered, it comes again
		}
	}
}

// take reads one packet and returns the answer, nil if it gets none.
func (a *Accounting) take(packet []byte, from net.Addr) []byte {
	in := a.clients[0].Intake
	udp, ok := from.(*net.UDPAddr)
	if !ok {
		return nil
	}
	addr := udp.AddrPort().Addr().Unmap().WithZone("")
	c := a.client(addr)
	switch {
	case c == nil:
		in.guests.n.unauthorized.Add(1)
		return nil
	case !c.budget.Allow():
		in.turnAway(c.account, &in.guests.n.throttled)
		return nil
	}
	r, err := parseAccounting(packet, c.Secret, c.Signed)
	if errors.Is(err, errRadiusSecret) {
		in.turnAway(c.account, &in.guests.n.unauthorized)
		return nil
	} else if err != nil {
		in.turnAway(c.account, &in.guests.n.refused)
		return nil
	}
	now := in.guests.now()
	if a.fresh([16]byte(packet[4:radiusHeader]), r, now) {
		r.session = addr.String() + " " + r.session // another's may be called the same
		in.guests.account(r, now)
		in.accounted(c.account, now)
	}
	return answerAccounting(packet, c.Secret)
}

// client returns whose address this is.
func (a *Accounting) client(addr netip.Addr) *accountingClient {
	for _, c := range a.clients {
		if slices.ContainsFunc(c.From, func(p netip.Prefix) bool { return p.Contains(addr) }) {
			return c
		}
	}
	return nil
}

// fresh reports whether a request is of now and was not taken before: it comes
// again where its answer was lost, or where somebody kept a copy.
func (a *Accounting) fresh(authenticator [16]byte, r accounting, now time.Time) bool {
	if r.delay > maxAccountingAge || !r.at.IsZero() && now.Sub(r.at).Abs() > maxAccountingAge {
		return false
	}
	if _, again := a.seen[authenticator]; again {
		return false
	}
	if len(a.seen) >= maxAccounted && now.Sub(a.swept).Abs() > time.Second { // a flood must not buy a search each time
		a.swept = now
		for s, at := range a.seen {
			if now.Sub(at).Abs() > maxAccountingAge {
				delete(a.seen, s)
			}
		}
	}
	if len(a.seen) >= maxAccounted {
		return false // far more than clients send in that time
	}
	a.seen[authenticator] = now
	return true
}

// accounted enters a request that was taken into its sender's account.
func (in *Intake) accounted(s *sensor, rx time.Time) {
	in.guests.n.deliveries.Add(1)
	in.mu.Lock()
	defer in.mu.Unlock()
	s.stats.Deliveries++
	s.stats.Last = rx
}

// account takes what a request says: a mapping for those who look for their
// radio, and whether a leased phone is there. What it says of anybody else is
// gone with it.
func (g *Guests) account(a accounting, rx time.Time) {
	if !a.client.Valid() {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.byAddr[a.client]
	if l != nil && !g.live(l, rx) {
		l = nil
	}
	switch a.status {
	case statusStart, statusInterim:
		g.tell(a.client, a.ips, a.session)
		if l != nil {
			l.session, l.left = a.session, time.Time{}
			if rx.After(l.heard) {
				l.heard = rx
			}
		}
	case statusStop: // of an older session, it has only walked on
		if l != nil && l.left.IsZero() && (l.session == "" || l.session == a.session) {
			l.left = rx
			g.n.left.Add(1)
		}
	}
}
