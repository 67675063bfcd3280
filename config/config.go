package config

import (
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"time"
)

var (
	// ErrNone means that there is no configuration: the file does not exist.
	ErrNone = errors.New("no configuration")
	// ErrInvalid means that a configuration exists and cannot be used; the
	// message names every place and its cure.
	ErrInvalid = errors.New("configuration")
	// ErrRestart means that a new configuration is good but changes what only
	// a restart can change; the message names it.
	ErrRestart = errors.New("needs a restart")
)

// A Config is everything one box is told. Parse, Load and Overlay make one
// that is known good; one made otherwise is not checked.
type Config struct {
	Store    Store
	Data     string // folder of the databases
	Plan     string // floor plan file; "" until headquarters has sent one
	Survey   string // radio map file; "" for none
	Identity string // folder of the bundle headquarters issued
	Runtime  string // folder of announce.json and the admin socket
	RootKey  string // file with 32 bytes; "" for the places OpenRootKey tries
	Listen   Listen
	Names    Names
	TLS      TLS
	HQ       HQ
	Sensors  []Sensor
	Sources  []Source
	Visit    Visit
	Greeting Greeting
	Offer    Offer
	Routing  Routing
	Locator  Locator
	Log      Log
	MDNS     MDNS

	base        raw    // the file and the environment, without the overlay
	credentials string // $CREDENTIALS_DIRECTORY
}

// Store says which shop this is. Open and Close are the time since midnight,
// on the clock of Location.
type Store struct {
	Chain, ID, Name string
	Location        *time.Location
	Languages       []string // BCP 47, the first is the default
	Open, Close     time.Duration
}

// Listen names the addresses to listen on, host:port. SensorsMQTT may be "",
// which means off, and so may SensorsMQTTPlain, which is without TLS, and RADIUS,
// which is UDP; Admin is the path of a Unix socket.
type Listen struct{ Guest, Staff, Sensors, SensorsMQTT, SensorsMQTTPlain, RADIUS, Admin string }

// Names are the host names under which the pages are reached, and in Security
// where to write who has found a weakness, a mailto: or https: address; "" for
// nowhere.
type Names struct{ Guest, Staff, Security string }

// TLS names the certificates of the two listeners people meet.
type TLS struct{ Guest, Staff KeyPair }

// A KeyPair names a certificate chain and its key, two PEM files.
type KeyPair struct{ Cert, Key string }

// HQ says where headquarters' broker is, Broker "" means without; through which
// proxy, "" means none; and how long a change of either that headquarters makes
// may go without hearing from it before it is taken back.
type HQ struct {
	Broker, Proxy string
	Trial         time.Duration
}

// A Sensor may report; it is known by the SHA-256 of its token. One that
// speaks a format of its own, by MQTT, is the node called Node there.
type Sensor struct {
	ID           string
	TokenSHA256  [32]byte
	Format, Node string
}

// Visit holds the rules of the physical visit; the zone limits and
// ArrivalMinInside are probabilities.
type Visit struct {
	ArrivalMinInside     float64
	Silence, Reentry     time.Duration
	ZoneEnter, ZoneLeave float64
}

// Greeting says how long a customer has for "not today" in automatic mode,
// and how long a visit may wait to be announced.
type Greeting struct{ Grace, AnnounceWithin time.Duration }

// Offer says how long an associate has to answer, and how long if she is the
// only one.
type Offer struct{ Timeout, Alone time.Duration }

// Locator sizes the grid: the side of a cell and how far it reaches beyond
// the outline, both in metres.
type Locator struct{ Cell, Margin float64 }

// Log says what is logged; Format is "text" or "json".
type Log struct {
	Level  slog.Level
	Format string
}

// MDNS says whether and on which network interfaces the box makes itself
// found; no interface means the one that holds the staff address.
type MDNS struct {
	Enabled    bool
	Interfaces []string
}

// Hours returns when the store opens and closes on the day of t, as the clock
// on its wall shows it.
func (s Store) Hours(t time.Time) (open, close time.Time) {
	y, m, d := t.In(s.Location).Date()
	at := func(of time.Duration) time.Time {
		return time.Date(y, m, d, int(of.Hours()), int(of.Minutes())%60, 0, 0, s.Location)
	}
	return at(s.Open), at(s.Close)
}

// Announcement returns what this configuration lets the LAN know. The
// fingerprint is that of the staff certificate, as hexadecimal SHA-256. A
// staff name outside .local is the store's DNS to answer, not multicast's.
func (c *Config) Announcement(fingerprint string) Announcement {
	host, port := splitPort(c.Listen.Staff)
	_, sensors := splitPort(c.Listen.Sensors)
	a := Announcement{
		Name:        "foyer-" + c.Store.ID,
		Host:        c.Names.Staff,
		Interfaces:  c.MDNS.Interfaces,
		Port:        port,
		Sensors:     sensors,
		Fingerprint: fingerprint,
	}
	if ip := net.ParseIP(host); ip != nil && !ip.IsUnspecified() {
		a.Addresses = []string{ip.String()}
	}
	if !strings.HasSuffix(a.Host, ".local") {
		a.Host = a.Name + ".local"
	}
	return a
}

// AnnounceFile returns the path of the announcement.
func (c *Config) AnnounceFile() string { return filepath.Join(c.Runtime, "announce.json") }
