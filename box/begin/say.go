package begin

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"foyer/config"
	"foyer/web/first"
)

func (s *starter) about() first.About {
	a := first.About{Host: s.host, Version: s.Version, Fingerprint: Fingerprint(s.cert.Certificate[0]), Configured: s.Configured}
	if s.Configured {
		a.Store = s.Config.Store.ID
	}
	for _, ip := range addresses() {
		if ip.To4() != nil {
			a.Addresses = append(a.Addresses, ip.String())
		}
	}
	return a
}

func (s *starter) newCode(code string) {
	s.mu.Lock()
	s.code = code
	s.mu.Unlock()
	s.note()
}

// note writes what is to be read at the console, and what the advertiser says,
// if either is news.
func (s *starter) note() {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := Note{URLs: []string{s.url(s.host)}, Fingerprint: Fingerprint(s.cert.Certificate[0]), Code: s.code}
	at, _, _ := net.SplitHostPort(s.Config.Listen.Staff)
	if ip := net.ParseIP(at); ip != nil && !ip.IsUnspecified() {
		n.URLs = append(n.URLs, s.url(at))
	} else {
		for _, ip := range addresses() {
			n.URLs = append(n.URLs, s.url(ip.String()))
		}
	}
	if news := append(slices.Clone(n.URLs), s.code); !slices.Equal(news, s.noted) {
		s.noted = news
		if err := errors.Join(n.write(s.Config), s.announce()); err != nil {
			s.Log.Warn("the console and the network cannot be told", "err", err)
		}
	}
}

func (s *starter) url(host string) string {
	if s.port == "443" {
		if net.ParseIP(host) != nil && net.ParseIP(host).To4() == nil {
			host = "[" + host + "]"
		}
		return "https://" + host + "/setup"
	}
	return "https://" + net.JoinHostPort(host, s.port) + "/setup"
}

// announce has the box found by its name: where its configuration says, or
// wherever it is, until it has one.
func (s *starter) announce() error {
	print := fmt.Sprintf("%x", sha256.Sum256(s.cert.Certificate[0]))
	if s.Configured {
		if !s.Config.MDNS.Enabled {
			return nil
		}
		return config.WriteAnnouncement(s.Config.AnnounceFile(), s.Config.Announcement(print))
	}
	a := config.Announcement{Name: strings.TrimSuffix(s.host, ".local"), Host: s.host, Fingerprint: print}
	if _, err := fmt.Sscan(s.port, &a.Port); err != nil {
		return err
	}
	all, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, i := range all {
		if i.Flags&net.FlagUp != 0 && i.Flags&net.FlagLoopback == 0 && i.Flags&net.FlagMulticast != 0 {
			a.Interfaces = append(a.Interfaces, i.Name)
		}
	}
	if len(a.Interfaces) == 0 {
		return nil // until a cable is in
	}
	return config.WriteAnnouncement(s.Config.AnnounceFile(), a)
}
