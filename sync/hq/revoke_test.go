package hq_test

import (
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/sync/wire/line/linetest"
)

// A box whose certificate is revoked is not believed and is told nothing any more,
// though the broker has not heard of it and keeps its session. Once the broker has
// read its list, which takes no restart, it lets in nobody by that certificate,
// and all the others.
func TestRevokedBox(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	listed := make(chan struct{}, 8)
	f, stop := s.office(t, func(o *office.Options) { o.Listed = func() { listed <- struct{}{} } })
	dir := t.TempDir()
	b := s.box(t, dir)
	must(t, b.Record(wire.UpVisit, opened(1)))
	eventually(t, "the outbox empty", func() bool { return b.Status().Backlog == 0 && b.Status().AckedThrough > 0 })
	before := len(s.events(t))

	_, last, err := f.Revoke("014", serials(t, s.dir, "014"))
	if must(t, err); !last {
		t.Error("headquarters does not know that it has no certificate left")
	}
	select {
	case <-listed:
	default:
		t.Error("nobody was told that the broker's list is another")
	}
	refused := f.Refused()
	must(t, b.Record(wire.UpVisit, opened(2)))
	must(t, b.Record(wire.UpCSR, wire.CSR{Use: "mqtt", PEM: "-----BEGIN"})) // nor does it get out of it so
	eventually(t, "what it says is refused", func() bool { return f.Refused() >= refused+2 })
	_, err = f.Push("014", wire.DownProfile, profile(1, "Ms. Keller"))
	must(t, err)
	_, err = f.Push("015", wire.DownProfile, profile(1, "Ms. Keller"))
	must(t, err)
	if !b.Status().Up || b.Status().Backlog == 0 || len(b.got(wire.DownProfile)) > 0 || len(s.events(t)) != before {
		t.Errorf("up %v, %d wait there, it has %d profiles, headquarters %d events more",
			b.Status().Up, b.Status().Backlog, len(b.got(wire.DownProfile)), len(s.events(t))-before)
	}
	if got := strings.Join(f.Status()[0].Troubles(time.Now()), "; "); !strings.Contains(got, "revoked: ") {
		t.Errorf("headquarters says %q", got)
	}

	s.broker.(*linetest.Mosquitto).Reload(t)
	eventually(t, "the broker turns it away", func() bool { return s.lets(t, s.bundle) != nil })
	if err := s.lets(t, s.other); err != nil {
		t.Errorf("the broker turns another store away: %v", err)
	}
	if !b.Status().Up {
		t.Error("the broker ends open connections now: say so in foyer-hq revoke --help")
	}
	b.stop()
	b = s.box(t, dir)
	time.Sleep(300 * time.Millisecond) // a dozen tries
	if b.Status().Up {
		t.Error("it comes back by its session")
	}
	stop()
	f, _ = s.office(t)
	if st := f.Status(); !st[0].Revoked || st[1].Revoked {
		t.Errorf("after a restart headquarters says %+v", st)
	}
}

// serials are those of a store's certificates for the line.
func serials(t *testing.T, dir, store string) (all []string) {
	t.Helper()
	issued, err := office.IssuedTo(dir, store)
	must(t, err)
	for _, i := range issued {
		if i.Use == "mqtt" {
			all = append(all, i.Serial)
		}
	}
	return all
}

// lets says why the broker does not let a bundle's certificate in; nil if it does.
func (s *site) lets(t *testing.T, bundle string) error {
	t.Helper()
	id, err := wire.LoadIdentity(bundle)
	must(t, err)
	conn, err := tls.Dial("tcp", strings.TrimPrefix(s.broker.URL(), "tls://"), id.TLS(time.Now))
	if err != nil {
		return err
	}
	defer conn.Close()
	// With TLS 1.3 a refusal comes with the first read; who is let in is waited for.
	must(t, conn.SetReadDeadline(time.Now().Add(300*time.Millisecond)))
	_, err = conn.Read(make([]byte, 1))
	var slow net.Error
	if errors.As(err, &slow) && slow.Timeout() {
		return nil
	}
	return err
}
