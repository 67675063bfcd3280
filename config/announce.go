package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"regexp"

	"foyer/disk"
)

const maxAnnouncement = 16 << 10 // bytes

var (
	labelPattern = regexp.MustCompile(`^[a-z0-9-]{1,63}$`)
	hostPattern  = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.local$`) // RFC 6762, section 3
	hexPattern   = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// An Announcement is what a box tells its LAN: its instance name, host name,
// addresses, the interfaces it may be announced on, ports, and the SHA-256 of
// the staff certificate in hexadecimal. It is public by nature.
type Announcement struct {
	Name        string   `json:"name"`
	Host        string   `json:"host"`
	Addresses   []string `json:"addresses,omitempty"`
	Interfaces  []string `json:"interfaces,omitempty"`
	Port        uint16   `json:"port"`
	Sensors     uint16   `json:"sensors,omitempty"`
	Fingerprint string   `json:"fingerprint,omitempty"`
}

// WriteAnnouncement writes a to file in one step: whoever reads sees the old
// one or the new one.
func WriteAnnouncement(file string, a Announcement) error {
	if err := a.check(); err != nil {
		return fmt.Errorf("announce %s: %w", file, err)
	}
	data, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return fmt.Errorf("announce %s: %w", file, err)
	}
	if err := disk.WriteFile(file, append(data, '\n'), 0o644); err != nil { // the advertiser runs as another user
		return fmt.Errorf("announce %s: %w", file, err)
	}
	return nil
}

// ReadAnnouncement reads what WriteAnnouncement wrote. ErrNone means that
// nothing is announced yet, ErrInvalid that the file cannot be used.
func ReadAnnouncement(file string) (Announcement, error) {
	data, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Announcement{}, fmt.Errorf("announcement %s: %w", file, ErrNone)
	case err != nil:
		return Announcement{}, fmt.Errorf("announcement %s: %w", file, err)
	}
	a, err := parseAnnouncement(data)
	if err != nil {
		return Announcement{}, fmt.Errorf("announcement %s: %w: %w", file, ErrInvalid, err)
	}
	return a, nil
}

func parseAnnouncement(data []byte) (Announcement, error) {
	var a Announcement
	if len(data) > maxAnnouncement {
		return a, fmt.Errorf("%d bytes, at most %d", len(data), maxAnnouncement)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		return a, err
	}
	return a, a.check()
}

// check refuses what would not fit a DNS name or would announce nothing.
func (a Announcement) check() error {
	switch {
	case !labelPattern.MatchString(a.Name):
		return fmt.Errorf("name: %q is not 1 to 63 of a-z, 0-9 and -", a.Name)
	case !hostPattern.MatchString(a.Host):
		return fmt.Errorf("host: %q is not a name such as foyer-store-014.local", a.Host)
	case a.Port == 0:
		return errors.New("port: missing")
	case len(a.Addresses) == 0 && len(a.Interfaces) == 0:
		return errors.New("addresses, interfaces: name at least one; nothing is announced everywhere")
	case a.Fingerprint != "" && !hexPattern.MatchString(a.Fingerprint):
		return errors.New("fingerprint: want 64 hexadecimal digits")
	}
	for i, s := range a.Addresses {
		ip, err := netip.ParseAddr(s)
		if err != nil || ip.Zone() != "" || ip.IsUnspecified() || ip.IsMulticast() || ip.IsLinkLocalUnicast() {
			return fmt.Errorf("addresses[%d]: %q is not an address others can reach", i, s)
		}
	}
	return nil
}
