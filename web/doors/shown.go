package doors

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"time"
)

// How long a device shows one code, and how much longer it may be typed.
const (
	shownLife = time.Minute
	typedLate = time.Minute
)

// shown is a code on a device's screen.
type shown struct {
	code string
	from time.Time
}

// Show returns the code that a paired device shows now, six digits, and until
// when. Each device has its own, which nothing keeps across a restart.
func (d *Doors) Show(device string, now time.Time) (code string, until time.Time, err error) {
	key := string(d.keys.Index(devices, device))
	d.mu.Lock()
	defer d.mu.Unlock()
	on := d.shown[key]
	if n := len(on); n > 0 && now.Sub(on[n-1].from).Abs() < shownLife {
		return on[n-1].code, on[n-1].from.Add(shownLife), nil
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1e6))
	if err != nil {
		return "", now, fmt.Errorf("make a code to show: %w", err)
	}
	next := shown{fmt.Sprintf("%06d", n), now}
	if len(on) > 0 {
		on = on[len(on)-1:] // the one before may still be on its way
	}
	d.shown[key] = append(on, next)
	return next.code, now.Add(shownLife), nil
}

// Shown reports whether a device of this store shows code, or did a minute ago.
func (d *Doors) Shown(code string, now time.Time) bool {
	code = tidy(code)
	d.mu.Lock()
	defer d.mu.Unlock()
	for key, on := range d.shown {
		for _, s := range on {
			if s.code == code && now.Sub(s.from).Abs() < shownLife+typedLate {
				return true
			}
		}
		if now.Sub(on[len(on)-1].from).Abs() >= shownLife+typedLate {
			delete(d.shown, key)
		}
	}
	return false
}
