package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
	"time"

	"github.com/grandcat/zeroconf"
	"github.com/pion/mdns/v2"
	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"foyer/config"
)

// serviceType is the DNS-SD type under which a box is found (RFC 6763).
const serviceType = "_foyer._tcp"

// probing is how long zeroconf's probe and announcements take; a Shutdown
// before that leaves a goroutine behind and races with one that starts.
const probing = 4 * time.Second

// A responder announces at one place: zeroconf answers for the service, pion
// for the host name, which zeroconf only mentions.
type responder struct {
	service *zeroconf.Server
	hosts   []*mdns.Conn
	since   time.Time
}

func newResponder(a config.Announcement, p lanPlace) (*responder, error) {
	r := &responder{since: time.Now()}
	var ips []string
	for _, ip := range p.Addresses {
		ips = append(ips, ip.String())
		host, err := answerHost(a.Host, p.Interface, net.IP(ip.AsSlice()))
		if err != nil {
			r.closeHosts()
			return nil, fmt.Errorf("announce %s on %s: %w", a.Host, p.Interface.Name, err)
		}
		r.hosts = append(r.hosts, host)
	}
	var err error
	r.service, err = zeroconf.RegisterProxy(a.Name, serviceType, "local", int(a.Port), a.Host+".", ips, txtRecord(a), []net.Interface{p.Interface})
	if err != nil {
		r.closeHosts()
		return nil, fmt.Errorf("announce %s on %s: %w", serviceType, p.Interface.Name, err)
	}
	return r, nil
}

// txtRecord returns the TXT record. Nothing in it is trusted by anybody: the
// fingerprint's beginning is a hint for people, trust comes from the
// certificate.
func txtRecord(a config.Announcement) []string {
	out := []string{"v=1"}
	if a.Sensors != 0 {
		out = append(out, "sensors="+strconv.Itoa(int(a.Sensors)))
	}
	if len(a.Fingerprint) >= 16 {
		out = append(out, "fp="+a.Fingerprint[:16])
	}
	return out
}

// answerHost answers A or AAAA for host with ip, on one interface only.
func answerHost(host string, i net.Interface, ip net.IP) (*mdns.Conn, error) {
	four, six, err := multicastSockets(i)
	if err != nil {
		return nil, err
	}
	c, err := mdns.NewServer(four, six,
		mdns.WithLocalNames(host),
		mdns.WithLocalAddress(ip),
		mdns.WithInterfaces(i),
		mdns.WithRecordTypes(dnsmessage.TypeA, dnsmessage.TypeAAAA),
		mdns.WithCacheRefresh(false),
	)
	if err != nil {
		if four != nil {
			four.Close()
		}
		if six != nil {
			six.Close()
		}
		return nil, err
	}
	return c, nil
}

// multicastSockets opens the mDNS sockets of one interface, and of no other: a
// socket is given the packets of every group any program on the machine has
// joined anywhere. An interface without IPv6 has no socket for it.
func multicastSockets(i net.Interface) (*ipv4.PacketConn, *ipv6.PacketConn, error) {
	lc := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var err error
		if cerr := c.Control(func(fd uintptr) { err = bindToDevice(fd, i.Name) }); cerr != nil {
			return cerr
		}
		return err
	}}
	var four *ipv4.PacketConn
	var six *ipv6.PacketConn
	c4, err4 := lc.ListenPacket(context.Background(), "udp4", mdns.DefaultAddressIPv4)
	if err4 == nil {
		four = ipv4.NewPacketConn(c4)
	}
	c6, err6 := lc.ListenPacket(context.Background(), "udp6", mdns.DefaultAddressIPv6)
	if err6 == nil {
		six = ipv6.NewPacketConn(c6)
	}
	if four == nil && six == nil {
		return nil, nil, errors.Join(err4, err6)
	}
	return four, six, nil
}

// close says goodbye, waits for zeroconf to have finished what it began, and
// returns when nothing runs any more.
func (r *responder) close() {
	time.Sleep(probing - time.Since(r.since))
	r.service.Shutdown()
	r.closeHosts()
}

func (r *responder) closeHosts() {
	for _, h := range r.hosts {
		_ = h.Close() // it only repeats that its sockets were closed
	}
}
