package box

import (
	"errors"
	"time"

	"foyer/floor"
	"foyer/sync/wire"
	"foyer/web/guest"
)

// pass reads a pass by the keys of headquarters that the box has, so that it
// needs no line. A box without an identity has none and takes no pass.
func (b *store) pass(token string, now time.Time) (guest.Pass, error) {
	p, err := b.identity.Pass(token, now)
	for _, x := range []struct{ is, say error }{
		{wire.ErrSignature, guest.ErrPassSigner}, {wire.ErrForeign, guest.ErrPassStore},
		{wire.ErrExpired, guest.ErrPassOver}, {wire.ErrEarly, guest.ErrPassClock},
	} {
		if errors.Is(err, x.is) {
			return guest.Pass{}, x.say
		}
	}
	if err != nil {
		return guest.Pass{}, guest.ErrPass
	}
	c, err := floor.ParseCustomer(p.Customer)
	if err != nil {
		return guest.Pass{}, guest.ErrPass
	}
	return guest.Pass{Customer: c, Number: p.Nonce}, nil
}
