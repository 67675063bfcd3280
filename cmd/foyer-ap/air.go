package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"foyer/floor"
	"foyer/radio/nl80211"
	"foyer/radio/report"
)

// stations is what the agent needs of *nl80211.Stations.
type stations interface {
	Read(context.Context) (nl80211.Reading, error)
	Close() error
}

// How the air is read. Drivers keep the level of a station that has long been
// silent.
const (
	every        = time.Second
	stale        = 10 * time.Second
	settling     = 200 * time.Millisecond // from hostapd's word to the kernel's table
	firstRetry   = time.Second
	lastRetry    = time.Minute
	stationError = 100 * time.Millisecond
	probeError   = 200 * time.Millisecond
)

// The air reads the stations of the access point's interfaces, in one
// goroutine.
type air struct {
	open  func() (stations, error)
	names names
	ring  *ring
	log   *slog.Logger
	kick  chan struct{} // holds one: somebody came or went
	works bool
	told  bool
	seen  map[report.Addr]string // who was associated at the last reading, and with what

	mu  sync.Mutex
	aps map[string]nl80211.AP // by interface
}

// run reads until ctx ends.
func (a *air) run(ctx context.Context) {
	for retry := firstRetry; ctx.Err() == nil; retry = min(2*retry, lastRetry) {
		err := a.session(ctx)
		if ctx.Err() != nil {
			return
		}
		if a.works {
			retry = firstRetry
		}
		a.tell(err)
		pause(ctx, retry)
	}
}

// session reads until something goes wrong.
func (a *air) session(ctx context.Context) error {
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.Close()
	for ctx.Err() == nil {
		now, err := s.Read(ctx)
		if err != nil {
			return err
		}
		a.tell(nil)
		a.heard(now, time.Now())
		timer := time.NewTimer(every)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-a.kick:
			pause(ctx, settling)
		}
		timer.Stop()
	}
	return nil
}

// tell logs a change.
func (a *air) tell(err error) {
	works := err == nil
	if a.told && works == a.works {
		return
	}
	a.told, a.works = true, works
	switch {
	case works:
		a.log.Info("stations read")
	case errors.Is(err, nl80211.ErrNoRadio):
		a.log.Warn("no interface of this machine is an access point: is the Wi-Fi on, and hostapd running? Looking again")
	default:
		a.log.Warn("stations not readable, trying again", "err", err)
	}
}

// heard takes one reading: who is heard, and who has gone since the last.
func (a *air) heard(r nl80211.Reading, now time.Time) {
	a.mu.Lock()
	a.aps = map[string]nl80211.AP{}
	for _, ap := range r.APs {
		a.aps[ap.Interface] = ap
	}
	a.mu.Unlock()
	seen := make(map[report.Addr]string, len(r.Stations))
	list := make([]entry, 0, len(r.Stations))
	for _, st := range r.Stations {
		name := a.names.of(st.Interface, st.BSSID)
		seen[st.Client] = name
		if st.Inactive > stale {
			continue
		}
		list = append(list, entry{
			at: now.Add(-st.Inactive), ap: name, client: st.Client, kind: kindOf(st),
			assoc: report.AssocYes, rssi: float32(st.RSSI), freq: int32(st.Freq),
		})
	}
	for client, name := range a.seen {
		if _, here := seen[client]; here {
			continue
		}
		if !r.Whole { // the interface that did not answer may have her
			seen[client] = name
			continue
		}
		list = append(list, entry{at: now, ap: name, client: client, kind: floor.Serving, assoc: report.AssocNo})
	}
	a.seen = seen
	if len(list) > 0 {
		a.ring.put(now, list...)
	}
}

func kindOf(st nl80211.Station) floor.Kind {
	switch {
	case st.RSSI == 0:
		return floor.Serving
	case st.Average:
		return floor.VendorAverage
	}
	return floor.UplinkAssoc
}

// probe takes what hostapd heard on one interface.
func (a *air) probe(ifi string, e event, now time.Time) {
	a.mu.Lock()
	ap, ok := a.aps[ifi]
	a.mu.Unlock()
	if !ok {
		return // not read yet, or no access point
	}
	a.ring.put(now, entry{
		at: now, ap: a.names.of(ifi, ap.BSSID), client: e.client, kind: floor.UplinkProbe,
		rssi: float32(e.rssi), freq: int32(ap.Freq),
	})
}

// look makes the next reading come soon.
func (a *air) look() {
	select {
	case a.kick <- struct{}{}:
	default:
	}
}

// of returns what an interface is called in reports.
func (n names) of(ifi, bssid string) string {
	if name, ok := n[ifi]; ok {
		return name
	}
	return bssid
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
