package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Source is something that the box asks or listens to for what access points
// heard. Which of its fields count depends on its kind.
type Source struct {
	Name, Kind  string
	URL         string
	User        string
	SecretFile  string // its password, key or token: a path, or a credential's name
	Objects     []string
	Site        string
	Every       time.Duration // 0 means the kind's own
	Beacons     time.Duration // 0 means never
	Listen      string
	From        []netip.Prefix
	Interface   string
	Group       netip.Addr
	CAFile      string
	Fingerprint [32]byte // SHA-256 of the certificate; zero means none is pinned
	Insecure    bool
	PollOnly    bool // subscribe to nothing
	Validator   string
	V1          bool
	Signed      bool // accounting: demand a Message-Authenticator
}

// ErrSecret means that a source's secret cannot be read.
var ErrSecret = errors.New("secret")

// maxSecret is the longest secret in bytes.
const maxSecret = 4 << 10

// Secret reads the secret of a source, without the line's end. A name without
// a folder is a credential of systemd's.
func (c *Config) Secret(s Source) ([]byte, error) {
	file, private := s.SecretFile, true
	if !strings.ContainsRune(file, '/') {
		if c.credentials == "" {
			return nil, fmt.Errorf("%w of source %s: %s is a credential's name and systemd gave none: add LoadCredential, or write a path", ErrSecret, s.Name, file)
		}
		file, private = filepath.Join(c.credentials, file), false
	}
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w of source %s: %w", ErrSecret, s.Name, err)
	case private && info.Mode().Perm()&0o007 != 0:
		return nil, fmt.Errorf("%w of source %s: %s has mode %04o and anybody can read it: chmod 640 it", ErrSecret, s.Name, file, info.Mode().Perm())
	case info.Size() > maxSecret:
		return nil, fmt.Errorf("%w of source %s: %s is too large", ErrSecret, s.Name, file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%w of source %s: %w", ErrSecret, s.Name, err)
	}
	text := strings.TrimRight(string(data), "\r\n")
	if text == "" {
		return nil, fmt.Errorf("%w of source %s: %s is empty", ErrSecret, s.Name, file)
	}
	return []byte(text), nil
}

// sourceKind says which keys a kind of source must and may have.
type sourceKind struct{ must, may []string }

func sourceKinds() map[string]sourceKind {
	web := []string{"every", "ca_file", "fingerprint", "insecure"}
	lan := []string{"every", "listen", "interface", "group"}
	return map[string]sourceKind{
		"openwrt":   {[]string{"url", "user", "secret_file", "objects"}, append([]string{"beacons", "poll_only"}, web...)},
		"unifi":     {[]string{"url", "secret_file"}, append([]string{"user", "site"}, web...)},
		"unifi-v1":  {[]string{"url", "secret_file", "site"}, web},
		"fortigate": {[]string{"url", "secret_file"}, web},
		"cmx":       {[]string{"secret_file"}, []string{"every"}},
		"usteer":    {[]string{"from"}, lan},
		"dawn":      {[]string{"from"}, lan},
		"own-radio": {nil, []string{"every"}},
		"aruba":     {[]string{"secret_file"}, []string{"every"}},
		"meraki":    {[]string{"secret_file", "validator"}, []string{"every"}},
		"mist":      {[]string{"secret_file"}, []string{"every", "v1"}},
		"radius":    {[]string{"from", "secret_file"}, []string{"message_authenticator"}},
	}
}

// written returns the keys that are set in r.
func (r rawSource) written() (keys []string) {
	for key, set := range map[string]bool{
		"url": r.URL != "", "user": r.User != "", "secret_file": r.SecretFile != "", "objects": len(r.Objects) > 0, "site": r.Site != "",
		"every": r.Every != "", "beacons": r.Beacons != "", "listen": r.Listen != "", "from": len(r.From) > 0, "interface": r.Interface != "",
		"group": r.Group != "", "ca_file": r.CAFile != "", "fingerprint": r.Fingerprint != "", "insecure": r.Insecure, "poll_only": r.PollOnly,
		"validator": r.Validator != "", "v1": r.V1, "message_authenticator": r.Signed,
	} {
		if set {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// sources checks the list; names are also not those of sensors.
func (f *faults) sources(list []rawSource, sensors []rawSensor) []Source {
	var out []Source
	first := map[string]string{}
	for i, s := range sensors {
		first[s.ID] = fmt.Sprintf("sensors[%d]", i)
	}
	for i, r := range list {
		at := fmt.Sprintf("sources[%d]", i)
		name := f.id(at+".name", r.Name)
		if other, ok := first[name]; ok {
			f.add(at+".name", "%q is already %s", name, other)
		}
		first[name] = at
		f.sourceKeys(at, r)
		if r.PollOnly && r.Beacons != "" {
			f.add(at+".beacons", "what phones answer comes by subscription: remove it, or poll_only")
		}
		out = append(out, f.source(at, r))
	}
	return out
}

// sourceKeys wants what a kind must have, and nothing that it does not read.
func (f *faults) sourceKeys(at string, r rawSource) {
	kinds := sourceKinds()
	kind, ok := kinds[r.Kind]
	if !ok {
		names := make([]string, 0, len(kinds))
		for name := range kinds {
			names = append(names, name)
		}
		slices.Sort(names)
		f.add(at+".kind", "%q is not one of %s", r.Kind, strings.Join(names, ", "))
		return
	}
	keys := r.written()
	for _, k := range kind.must {
		if !slices.Contains(keys, k) {
			f.add(at+"."+k, "missing: kind %s needs it", r.Kind)
		}
	}
	for _, k := range keys {
		if !slices.Contains(kind.must, k) && !slices.Contains(kind.may, k) {
			f.add(at+"."+k, "means nothing to kind %s: remove it", r.Kind)
		}
	}
}

func (f *faults) source(at string, r rawSource) Source {
	s := Source{Name: r.Name, Kind: r.Kind, URL: f.url(at+".url", r.URL, r.Insecure), User: r.User, SecretFile: r.SecretFile,
		Objects: r.Objects, Site: r.Site, Listen: f.address(at+".listen", r.Listen, false), Interface: r.Interface, CAFile: r.CAFile,
		Insecure: r.Insecure, PollOnly: r.PollOnly, Validator: r.Validator, V1: r.V1, Signed: r.Signed}
	if r.Every != "" {
		s.Every = f.duration(at+".every", r.Every)
	}
	if r.Beacons != "" {
		s.Beacons = f.duration(at+".beacons", r.Beacons)
	}
	for i, text := range r.From {
		s.From = append(s.From, f.prefix(fmt.Sprintf("%s.from[%d]", at, i), text))
	}
	if r.Group != "" {
		group, err := netip.ParseAddr(r.Group)
		if err != nil || !group.IsMulticast() {
			f.add(at+".group", "%q is not a multicast address such as ff02::4150", r.Group)
		}
		if r.Interface == "" {
			f.add(at+".interface", "missing: the network interface to join %s on", r.Group)
		}
		s.Group = group
	}
	if r.Fingerprint != "" {
		sum, err := hex.DecodeString(strings.ReplaceAll(r.Fingerprint, ":", ""))
		if err != nil || len(sum) != len(s.Fingerprint) || r.CAFile != "" {
			f.add(at+".fingerprint", "want the SHA-256 of the certificate, 64 hexadecimal digits, and no ca_file beside it")
		}
		copy(s.Fingerprint[:], sum)
	}
	return s
}

// url wants https, or http where insecure says so.
func (f *faults) url(place, s string, insecure bool) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "":
		f.add(place, "not an address such as https://10.40.0.12")
	case u.User != nil:
		f.add(place, "holds a user or password: write user and secret_file")
	case u.RawQuery != "" || u.Fragment != "":
		f.add(place, "has more than a host, a port and a path")
	case u.Scheme == "http" && !insecure:
		f.add(place, "http lets everybody on the way read the password: use https, or say insecure: true")
	case u.Scheme != "http" && u.Scheme != "https":
		f.add(place, "scheme %q, want https://", u.Scheme)
	}
	return s
}

// prefix wants an address or a network, not of everybody.
func (f *faults) prefix(place, s string) netip.Prefix {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen())
	}
	p, err := netip.ParsePrefix(s)
	if err != nil || p.Bits() < 8 {
		f.add(place, "%q is not a network such as 10.40.0.0/24", s)
	}
	return p.Masked()
}
