package radio

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/jsimonetti/rtnetlink/v2"

	"foyer/radio/report"
)

// How many addresses one phone may have. A phone has one IPv4 address, of
// which old ones linger in tables; of IPv6 (link-local aside) it makes several
// in every prefix (RFC 8981) and keeps the old ones for days.
const (
	maxIPv4 = 3
	maxIPv6 = 8
)

// Neighbour states of the kernel (linux/neighbour.h) that hold no address to
// rely on: incomplete, failed, and those that never ask.
const nudUnusable = 0x01 | 0x20 | 0x40

// A neighbourTable is the kernel's at one moment. It is looked at and thrown
// away; the zero value knows nothing.
type neighbourTable struct {
	entries  []neighbour
	gateways []netip.Addr
}

type neighbour struct {
	ip   netip.Addr
	addr report.Addr
}

// addr returns the one radio that has ip. Two of them, on two networks, are
// nobody to rely on.
func (t neighbourTable) addr(ip netip.Addr) (report.Addr, bool) {
	var found report.Addr
	for _, n := range t.entries {
		if n.ip != ip {
			continue
		}
		if found.Valid() && found != n.addr {
			return report.Addr{}, false
		}
		found = n.addr
	}
	return found, found.Valid()
}

// router reports whether addr is the default gateway or answers for more
// addresses than a phone has.
func (t neighbourTable) router(addr report.Addr) bool {
	var ips []netip.Addr
	for _, n := range t.entries {
		if n.addr != addr {
			continue
		}
		for _, gw := range t.gateways {
			if n.ip == gw {
				return true
			}
		}
		ips = append(ips, n.ip)
	}
	return crowd(ips)
}

// crowd reports whether ips are more than one phone has.
func crowd(ips []netip.Addr) bool {
	v4, v6 := 0, 0
	for _, ip := range ips {
		switch ip = ip.Unmap(); {
		case ip.Is4():
			v4++
		case !ip.IsLinkLocalUnicast():
			v6++
		}
	}
	return v4 > maxIPv4 || v6 > maxIPv6
}

// kernelNeighbours reads the IPv4 and IPv6 neighbour tables and the default
// routes by rtnetlink. It needs no privilege.
func kernelNeighbours(ctx context.Context) (neighbourTable, error) {
	conn, err := rtnetlink.Dial(nil)
	if err != nil {
		return neighbourTable{}, fmt.Errorf("open rtnetlink: %w", err)
	}
	defer conn.Close()
	deadline, ok := ctx.Deadline()
	if soon := time.Now().Add(time.Second); !ok || deadline.After(soon) {
		deadline = soon
	}
	if err := conn.SetReadDeadline(deadline); err != nil {
		return neighbourTable{}, fmt.Errorf("set rtnetlink deadline: %w", err)
	}
	neighbours, err := conn.Neigh.List()
	if err != nil {
		return neighbourTable{}, fmt.Errorf("list neighbours: %w", err)
	}
	routes, err := conn.Route.List()
	if err != nil {
		return neighbourTable{}, fmt.Errorf("list routes: %w", err)
	}
	return neighbourTable{entries: usable(neighbours), gateways: gateways(routes)}, nil
}

// usable keeps the entries with an IP address and one radio's address.
func usable(messages []rtnetlink.NeighMessage) []neighbour {
	var out []neighbour
	for _, m := range messages {
		if m.Attributes == nil || m.State == 0 || m.State&nudUnusable != 0 {
			continue
		}
		ip, ok := netip.AddrFromSlice(m.Attributes.Address)
		addr, err := report.AddrFrom(m.Attributes.LLAddress)
		if ok && err == nil && !ip.IsMulticast() {
			out = append(out, neighbour{ip.Unmap(), addr})
		}
	}
	return out
}

func gateways(routes []rtnetlink.RouteMessage) []netip.Addr {
	var out []netip.Addr
	add := func(gw net.IP) {
		if ip, ok := netip.AddrFromSlice(gw); ok {
			out = append(out, ip.Unmap())
		}
	}
	for _, r := range routes {
		if r.DstLength != 0 {
			continue
		}
		add(r.Attributes.Gateway)
		for _, hop := range r.Attributes.Multipath {
			add(hop.Gateway)
		}
	}
	return out
}
