// Package nl80211 reads which stations this machine's own access point hears,
// and how strongly. It hides mdlayher/wifi, which nothing else imports, and
// what drivers get wrong. It only reads: it never scans, connects or sets
// anything, so it needs no privilege, but it must run in the network namespace
// that owns the radio. It is small enough for an access point.
package nl80211

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/mdlayher/wifi"

	"foyer/floor"
	"foyer/radio/report"
)

// ErrNoRadio means that this machine has no nl80211, or no interface that is
// an access point.
var ErrNoRadio = errors.New("no Wi-Fi access point of its own")

// A Station is one associated client at the moment of reading.
type Station struct {
	Interface string        // such as "wlan0"
	BSSID     string        // of the access point's radio, as in a plan's alias
	Freq      int           // MHz, 0 if unknown
	Client    report.Addr   // the station's hardware address
	RSSI      floor.DBm     // of the last frame, or the driver's average; 0 if unknown
	Average   bool          // RSSI is the average, for the driver tells no last frame
	Inactive  time.Duration // since the last frame, to the millisecond
}

// An AP is one access-point interface of this machine.
type AP struct {
	Interface string // such as "wlan0"
	BSSID     string // of its radio
	Freq      int    // MHz, 0 if unknown
}

// A Reading is what all access-point interfaces say at one moment.
type Reading struct {
	APs      []AP
	Stations []Station
	// Whole means that every interface answered: a client that is not among
	// the stations is not associated with this machine.
	Whole bool
}

// Stations reads the stations of every access-point interface. One goroutine
// uses it; after an error from Read it is closed and opened again.
type Stations struct{ c client }

// client is what Stations needs of *wifi.Client.
type client interface {
	Interfaces() ([]*wifi.Interface, error)
	StationInfo(*wifi.Interface) ([]*wifi.StationInfo, error)
	SetDeadline(time.Time) error
	Close() error
}

// Open connects to the kernel. The error is ErrNoRadio if there is no nl80211.
func Open() (*Stations, error) {
	c, err := wifi.New()
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, ErrNoRadio
	case err != nil:
		return nil, fmt.Errorf("open nl80211: %w", err)
	}
	return &Stations{c: c}, nil
}

// Close ends the connection to the kernel.
func (s *Stations) Close() error { return s.c.Close() }

// Read returns the stations of all access-point interfaces now. It ends when
// ctx does, two seconds at the latest: a driver may never answer. Interfaces
// are looked up each time, for a radio may be plugged anew. The error is
// ErrNoRadio if no interface is an access point, and an interface's own only if
// none could be read.
func (s *Stations) Read(ctx context.Context) (Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	deadline, _ := ctx.Deadline()
	if err := s.c.SetDeadline(deadline); err != nil {
		return Reading{}, fmt.Errorf("set nl80211 deadline: %w", err)
	}
	// A netlink read knows no context: a deadline in the past wakes it.
	stop := context.AfterFunc(ctx, func() { _ = s.c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	ifis, err := s.c.Interfaces()
	if err != nil {
		return Reading{}, fmt.Errorf("list nl80211 interfaces: %w", err)
	}
	var out Reading
	var faults []error
	for _, ifi := range ifis {
		// Index 0 is a device without an interface: a dump of it would fail.
		if ifi.Index == 0 || ifi.Type != wifi.InterfaceTypeAP && ifi.Type != wifi.InterfaceTypeAPVLAN {
			continue
		}
		out.APs = append(out.APs, AP{ifi.Name, ifi.HardwareAddr.String(), ifi.Frequency})
		infos, err := s.c.StationInfo(ifi)
		if err != nil {
			faults = append(faults, fmt.Errorf("list stations of %s: %w", ifi.Name, err))
			continue // one station without figures fails the whole dump: next time
		}
		out.Stations = appendStations(out.Stations, ifi, infos)
	}
	switch {
	case len(out.APs) == 0:
		return Reading{}, ErrNoRadio
	case len(faults) == len(out.APs):
		return Reading{}, errors.Join(faults...)
	}
	out.Whole = len(faults) == 0
	return out, nil
}

func appendStations(out []Station, ifi *wifi.Interface, infos []*wifi.StationInfo) []Station {
	for _, info := range infos {
		addr, err := report.AddrFrom(info.HardwareAddr)
		if err != nil {
			continue
		}
		st := Station{
			Interface: ifi.Name, BSSID: ifi.HardwareAddr.String(), Freq: ifi.Frequency,
			Client: addr, RSSI: floor.DBm(info.Signal), Inactive: info.Inactive,
		}
		if !st.RSSI.Valid() { // an absent attribute reads as 0
			st.RSSI, st.Average = floor.DBm(info.SignalAverage), true
		}
		if !st.RSSI.Valid() {
			st.RSSI, st.Average = 0, false
		}
		out = append(out, st)
	}
	return out
}
