package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"reflect"
	"time"

	"foyer/config"
)

const (
	pollEvery     = time.Second      // how often the file and the addresses are looked at
	registerEvery = 10 * time.Second // zeroconf's goroutines outlive a Shutdown by seconds
)

// advertise makes the box found on its LAN: it answers for _foyer._tcp and
// for the box's host name, as the announcement in file says, until ctx ends.
// It follows the file and the addresses of the interfaces; it announces on no
// other interface and no other address. It runs in a process of its own, as a
// packet from the LAN must not be able to take the daemon down.
func advertise(ctx context.Context, file string, log *slog.Logger) error {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	a := &advertiser{file: file, log: log}
	defer a.stop()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		a.follow(time.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// An advertiser is what is announced now, and when that was last changed.
type advertiser struct {
	file    string
	log     *slog.Logger
	said    string // the last complaint, so that it is made once
	current []lanPlace
	what    config.Announcement
	live    []*responder
	tried   time.Time
}

// follow brings what is announced in line with the file and the interfaces.
func (a *advertiser) follow(now time.Time) {
	what, err := config.ReadAnnouncement(a.file)
	switch {
	case errors.Is(err, config.ErrNone):
		a.withdraw("nothing to announce yet")
		return
	case err != nil:
		a.complain("announcement not usable, the last one stays", err)
		return
	}
	ifaces, err := net.Interfaces()
	if err != nil {
		a.complain("network interfaces not readable", err)
		return
	}
	places := lanPlaces(what, ifaces, reachable)
	if reflect.DeepEqual(what, a.what) && reflect.DeepEqual(places, a.current) {
		return
	}
	if now.Sub(a.tried) < registerEvery {
		return // a flapping cable must not flood the LAN
	}
	a.stop()
	a.tried = now
	if len(places) == 0 {
		a.complain("no interface to announce on", nil)
		return
	}
	for _, p := range places {
		r, err := newResponder(what, p)
		if err != nil {
			a.stop() // tried again, whole, after registerEvery
			a.complain("announce", err)
			return
		}
		a.live = append(a.live, r)
	}
	a.what, a.current, a.said = what, places, ""
	a.log.Info("announced", "name", what.Name, "host", what.Host, "interfaces", len(places))
}

func (a *advertiser) withdraw(why string) {
	if len(a.live) > 0 {
		a.log.Info("withdrawn", "why", why)
	}
	a.stop()
}

// stop withdraws everything and waits until it is gone.
func (a *advertiser) stop() {
	for _, r := range a.live {
		r.close()
	}
	a.live, a.current, a.what = nil, nil, config.Announcement{}
}

func (a *advertiser) complain(what string, err error) {
	text := what
	if err != nil {
		text += err.Error()
	}
	if text == a.said {
		return
	}
	a.said = text
	a.log.Warn(what, "err", err)
}
