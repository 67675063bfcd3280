package guest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
)

// closed is a door no code opens.
type closed struct{}

func (closed) Redeem(context.Context, string, time.Time) (floor.Customer, error) {
	return floor.Customer{}, concierge.ErrNothing
}
func (closed) Erasure(string) (concierge.Erasure, error) {
	return concierge.Erasure{}, concierge.ErrNothing
}
func (closed) Copy(floor.Customer, concierge.Moment, []concierge.CopySession, time.Time) (concierge.Copy, error) {
	return concierge.Copy{}, concierge.ErrNothing
}
func (closed) Receipts(floor.Customer) ([]concierge.Receipt, error)                 { return nil, concierge.ErrNothing }
func (closed) SetPhoto(floor.Customer, []byte, time.Time) error                     { return concierge.ErrNothing }
func (closed) OwnPhoto(floor.Customer) ([]byte, error)                              { return nil, concierge.ErrNothing }
func (closed) DropPhoto(floor.Customer) error                                       { return concierge.ErrNothing }
func (closed) CheckIn(context.Context, floor.Customer, netip.Addr, time.Time) error { return nil }

// A phone has a whole IPv6 network of addresses to try codes from: they are one.
func TestCodesAreCountedByNetwork(t *testing.T) {
	f, err := New(Options{Door: closed{}, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	try := func(peer string) int {
		r := httptest.NewRequest("POST", "/v1/me/session", strings.NewReader(`{"code":"x"}`))
		r.Header.Set("Content-Type", "application/json")
		r.RemoteAddr = peer
		w := httptest.NewRecorder()
		f.jsonSession(w, r)
		return w.Code
	}
	for i := range gate.DefaultCode().Burst {
		if got := try(netip.AddrPortFrom(netip.AddrFrom16([16]byte{0x20, 1, 15: byte(i)}), 1).String()); got != http.StatusNotFound {
			t.Fatalf("try %d: %d", i, got)
		}
	}
	if got := try("[2001::ffff:1]:1"); got != http.StatusTooManyRequests {
		t.Errorf("another address of the same phone: %d", got)
	}
	if got := try("[2001:0:0:1::1]:1"); got != http.StatusNotFound {
		t.Errorf("another phone: %d", got)
	}
}
