package begin

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"foyer/config"
	"foyer/sync/wire"
	"foyer/sync/wire/enrol"
	"foyer/web/first"
)

// enrol makes the box a store's, as the page was told.
func (s *starter) enrol(ctx context.Context, a first.Ask, say func(string)) (first.Joined, error) {
	c := s.Config
	q := enrol.Request{Code: a.Code, Replace: a.Replace, Version: s.Version}
	if s.Configured {
		q.Chain, q.Store = c.Store.Chain, c.Store.ID
	} else {
		err := errors.Join(own(a.Guest), own(a.Staff)) // what is wrong is said before the code is spent
		if err != nil {
			return first.Joined{}, err
		}
		if c, err = config.Parse([]byte(written(a, s.host, wire.About{Chain: "nobody", Store: "nobody"})), os.Environ()); err != nil {
			return first.Joined{}, err
		}
	}
	pin, err := enrol.ParseFingerprint(a.Fingerprint)
	if err != nil {
		return first.Joined{}, err
	}
	var lost *enrol.Lost
	id, err := wire.LoadIdentity(c.Identity)
	if err != nil { // else it has joined before, and the power went before it could say so
		id, lost, err = Enrol(ctx, Place{a.Door, pin, c.HQ.Proxy}, c.Identity, LANNames(c), q, say)
	}
	if err != nil {
		return first.Joined{}, err
	}
	say("Headquarters’ certificates hold. The box is its own.")
	j, err := s.settled(a, id)
	if lost != nil {
		j.Note = strings.TrimSpace(farewell(lost) + " " + j.Note)
	}
	return j, err
}

// settled finds the configuration that the box goes on with.
func (s *starter) settled(a first.Ask, id wire.Identity) (first.Joined, error) {
	code := rand.Text()
	j := first.Joined{Store: id.Address.Store, Chain: id.Address.Chain, Next: "/staff/technician?code=" + code}
	text := ""
	if s.Configured {
		text, j.Note = completed(s.File, s.Config, id)
	} else {
		text = written(a, s.host, wire.About{Chain: j.Chain, Store: j.Store, Broker: id.Broker})
	}
	next := s.Config
	if text != "" {
		var err error
		if next, j.Restarts, err = settle(s.File, text); err != nil {
			return j, err
		}
	}
	j.Hosts = hosts(next)
	if pair, err := tls.LoadX509KeyPair(next.TLS.Staff.Cert, next.TLS.Staff.Key); err == nil {
		j.Fingerprint = Fingerprint(pair.Certificate[0])
	}
	s.done.Store(&outcome{next, j.Restarts, text, code})
	return j, nil
}

// farewell says what went with the box that this one replaces.
func farewell(l *enrol.Lost) string {
	heard := "was never heard"
	if !l.Contact.IsZero() {
		heard = "was last heard at " + l.Contact.Local().Format(time.DateTime)
	}
	return fmt.Sprintf("It replaces one that %s; %d of its certificates are revoked. Lost with it: %d events that headquarters never got, "+
		"its ledger (%d rows), and what was on it alone: notes, photos, PINs and paired devices.", heard, len(l.Certificates), l.Backlog, l.Ledger)
}
