package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"runtime"
	"time"

	"foyer/radio/nl80211"
)

// errFound means that a check found something wrong and has said so.
var errFound = errors.New("something is wrong")

// skewed is how far the box lets an access point's clock be off.
const skewed = 30 * time.Second

// A screen is what check prints: one line for each thing, and what to do about
// what is wrong.
type screen struct {
	out   io.Writer
	wrong bool
}

func (s *screen) good(what, format string, args ...any) {
	fmt.Fprintf(s.out, "  %-8s %s\n", what, fmt.Sprintf(format, args...))
}

func (s *screen) bad(what, cure, format string, args ...any) {
	s.wrong = true
	fmt.Fprintf(s.out, "! %-8s %s\n           → %s\n", what, fmt.Sprintf(format, args...), cure)
}

// check says in one screen what the agent finds. It names no client.
func check(ctx context.Context, out io.Writer, s *settings, open func() (stations, error)) error {
	fmt.Fprintf(out, "foyer-ap %s (%s/%s)\n", version, runtime.GOOS, runtime.GOARCH)
	scr := &screen{out: out}
	scr.radios(ctx, s, open)
	scr.hostapd(s)
	scr.box(ctx, s)
	if scr.wrong {
		return errFound
	}
	return nil
}

func (s *screen) radios(ctx context.Context, set *settings, open func() (stations, error)) {
	st, err := open()
	var r nl80211.Reading
	if err == nil {
		defer st.Close()
		r, err = st.Read(ctx)
	}
	switch {
	case errors.Is(err, nl80211.ErrNoRadio):
		s.bad("radio", "turn the Wi-Fi on; hostapd makes the interfaces", "no interface of this machine is an access point")
		return
	case err != nil:
		s.bad("radio", "run it in the network namespace of the radio, as root or as a user who may open netlink", "%v", err)
		return
	}
	unnamed := false
	for _, ap := range r.APs {
		n := 0
		for _, st := range r.Stations {
			if st.Interface == ap.Interface {
				n++
			}
		}
		name := set.names.of(ap.Interface, ap.BSSID)
		unnamed = unnamed || name == ap.BSSID
		s.good("radio", "%s, %d MHz, %d stations; reports as %s", ap.Interface, ap.Freq, n, name)
	}
	if !r.Whole {
		s.bad("radio", "try again; if it stays, the driver does not tell its stations", "an interface did not answer")
	}
	if unnamed {
		s.good("", "the plan must hold such an address as an alias, or name the radio by --ap INTERFACE=NAME")
	}
}

func (s *screen) hostapd(set *settings) {
	if set.hostapd == "" {
		s.good("hostapd", "not asked (--hostapd off)")
		return
	}
	found := controlSockets(set.hostapd)
	if len(found) == 0 {
		s.good("hostapd", "no control socket in %s: no probe requests, only stations", set.hostapd)
	}
	e := &ears{log: slog.New(slog.DiscardHandler)}
	for _, ifi := range found {
		c, err := e.attach(filepath.Join(set.hostapd, ifi))
		if err != nil {
			s.bad("hostapd", cureHostapd(err), "%s: %v", ifi, err)
			continue
		}
		_ = command(c, "DETACH") // it is closed all the same
		c.Close()
		s.good("hostapd", "%s lets this program listen", ifi)
	}
}

func (s *screen) box(ctx context.Context, set *settings) {
	d := newDoor(set)
	defer d.close()
	a := d.post(ctx, nil) // no reports, but everything else of a delivery
	state, cure := verdict(a)
	switch {
	case cure == "":
		s.good("box", "%s reached, its certificate is right, the token is accepted", set.address)
	case a.err != nil:
		s.bad("box", cure, "%s %s: %v", set.address, state, a.err)
	default:
		s.bad("box", cure, "%s reached, its certificate is right, but it %s (%d)", set.address, state, a.status)
	}
	now := time.Now()
	switch off := now.Sub(a.date); {
	case a.date.IsZero():
		s.good("clock", "%s, not compared with the box's", now.UTC().Format(time.DateTime))
	case off.Abs() > skewed:
		s.bad("clock", "set it, by NTP from the box or the router; the box meanwhile goes by when reports arrive", "%s off the box's", off.Round(time.Second))
	default:
		s.good("clock", "%s UTC, within %s of the box's", now.UTC().Format(time.DateTime), max(off.Abs().Round(time.Second), time.Second))
	}
}
