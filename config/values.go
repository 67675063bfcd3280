package config

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

var (
	idPattern   = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
	langPattern = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	namePattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
)

// limits returns the least and the most a duration may be, and whether the
// key holds a duration at all.
func limits(key string) (least, most time.Duration, ok bool) {
	if list, rest, found := strings.Cut(key, "["); found { // of any entry
		_, name, _ := strings.Cut(rest, "]")
		key = list + name
	}
	switch key {
	case "sources.every":
		return 500 * time.Millisecond, 10 * time.Minute, true
	case "sources.beacons":
		return 5 * time.Second, 10 * time.Minute, true
	case "visit.silence":
		return 30 * time.Second, time.Hour, true
	case "hq.trial":
		return 5 * time.Second, 24 * time.Hour, true
	case "visit.reentry", "greeting.announce_within":
		return time.Minute, 4 * time.Hour, true
	case "greeting.grace": // PR-14: never under 10 s
		return 10 * time.Second, 10 * time.Minute, true
	case "offer.timeout":
		return 10 * time.Second, 5 * time.Minute, true
	case "offer.alone":
		return 10 * time.Second, 10 * time.Minute, true
	}
	return routingLimits(key)
}

func (f *faults) broker(place, s string) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		f.add(place, "not an address such as tls://hq.example:8883")
	case u.Scheme != "tls" && u.Scheme != "wss":
		f.add(place, "scheme %q, want tls:// or wss://", u.Scheme)
	case u.User != nil:
		f.add(place, "holds a user or password: the box's certificate is its only credential, remove them")
	case u.Hostname() == "" || u.Port() == "":
		f.add(place, "%q lacks a host or a port, such as tls://hq.example:8883", s)
	case strings.TrimPrefix(u.Path, "/") != "" && u.Scheme == "tls", u.RawQuery != "", u.Fragment != "":
		f.add(place, "%q has more than a host and a port", s)
	}
	return s
}

// proxy wants the address of an HTTP proxy. Who needs a password for it has to
// let the box through by its address: there is no place for one here.
func (f *faults) proxy(place, s string) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "http" || u.Hostname() == "" || u.Port() == "":
		f.add(place, "%q is not an HTTP proxy such as http://proxy.store.example:3128", s)
	case u.User != nil:
		f.add(place, "holds a user or password: have the proxy know the box by its address, and remove them")
	case strings.TrimPrefix(u.Path, "/") != "", u.RawQuery != "", u.Fragment != "":
		f.add(place, "%q has more than a host and a port", s)
	}
	return s
}

func (f *faults) id(place, s string) string {
	switch {
	case s == "":
		f.add(place, "missing: 1 to 32 of a-z, 0-9 and -")
	case !idPattern.MatchString(s):
		f.add(place, "%q is not 1 to 32 of a-z, 0-9 and -", s)
	}
	return s
}

func (f *faults) within(place string, v, lo, hi float64) float64 {
	if !(v >= lo && v <= hi) {
		f.add(place, "%v is not between %v and %v", v, lo, hi)
	}
	return v
}

func (f *faults) duration(place, s string) time.Duration {
	least, most, _ := limits(place)
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		f.add(place, "%q is not a duration: write 45s, 5m or 1h30m", s)
	case d < least || d > most:
		f.add(place, "%s is not between %s and %s", d, least, most)
	}
	return d
}

func (f *faults) timeOfDay(place, s string) time.Duration {
	if s == "24:00" {
		return 24 * time.Hour
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		f.add(place, "%q is not a time of day such as \"09:30\"", s)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

func (f *faults) path(place, s string) string {
	if s == "" {
		f.add(place, "missing: name a folder")
	}
	return s
}

func (f *faults) pair(place string, r rawPair, identity string) KeyPair {
	if (r.Cert == "") != (r.Key == "") {
		f.add(place, "name both cert and key, or neither")
	}
	if r.Cert == "" {
		return KeyPair{filepath.Join(identity, "lan.pem"), filepath.Join(identity, "lan.key")}
	}
	return KeyPair(r)
}
