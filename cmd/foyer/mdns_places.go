package main

import (
	"net"
	"net/netip"
	"slices"

	"foyer/config"
)

// A lanPlace is one interface and the addresses of the box announced there.
type lanPlace struct {
	Interface net.Interface
	Addresses []netip.Addr
}

// lanPlaces returns where a is announced: on the interfaces it lists, or on
// those that hold its addresses; with the addresses it lists, or with all
// that others can reach. An interface that is down or cannot multicast is
// left out until that changes.
func lanPlaces(a config.Announcement, ifaces []net.Interface, addresses func(net.Interface) []netip.Addr) []lanPlace {
	var listed []netip.Addr
	for _, s := range a.Addresses {
		if ip, err := netip.ParseAddr(s); err == nil {
			listed = append(listed, ip.Unmap())
		}
	}
	var out []lanPlace
	for _, i := range ifaces {
		const need = net.FlagUp | net.FlagMulticast
		if i.Flags&need != need || len(a.Interfaces) > 0 && !slices.Contains(a.Interfaces, i.Name) {
			continue
		}
		p := lanPlace{Interface: i}
		for _, ip := range addresses(i) {
			if len(listed) == 0 || slices.Contains(listed, ip) {
				p.Addresses = append(p.Addresses, ip)
			}
		}
		if len(p.Addresses) > 0 {
			p.Interface.HardwareAddr = nil // not needed, so not carried
			out = append(out, p)
		}
	}
	return out
}

// reachable returns what others on the LAN can reach on i. Link-local ones
// are left out: zeroconf loses the zone they need.
func reachable(i net.Interface) []netip.Addr {
	list, err := i.Addrs()
	if err != nil {
		return nil // the interface went away; the next poll sees that
	}
	var out []netip.Addr
	for _, a := range list {
		n, ok := a.(*net.IPNet)
		if !ok {
			continue
		}
		if ip, ok := netip.AddrFromSlice(n.IP); ok && ip.Unmap().IsGlobalUnicast() {
			out = append(out, ip.Unmap())
		}
	}
	return out
}
