package doors

import (
	"errors"
	"maps"
	"time"

	"foyer/vault"
)

// knownFor is how long a customer's session is remembered that nobody uses: a
// visit's day.
const knownFor = 12 * time.Hour

// errNone means that there is no such session, which the disk has said itself.
var errNone = errors.New("no such session")

// known is a session as it was last read, and when that was. It is for a disk that
// gives nothing more while she is here: her no must not wait for it.
type known struct {
	row
	at time.Time
}

// recall takes note of what reading a session gave. Where it could not be read it
// returns it as it was.
func (d *Doors) recall(key []byte, r row, err error, now time.Time) (row, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case err == nil:
		d.known[string(key)] = known{r, now}
	case errors.Is(err, errNone):
		delete(d.known, string(key))
		return r, false
	case errors.Is(err, vault.ErrAway): // which is meant to close her rows
		return r, false
	default:
		was, ok := d.known[string(key)]
		return was.row, ok
	}
	return r, true
}

// forgetGuest drops what is remembered of some sessions.
func (d *Doors) forgetGuest(which func(key string, k known) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.known, which)
}
