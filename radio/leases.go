package radio

import (
	"context"
	"encoding/json"
	"net/netip"
	"time"

	"foyer/radio/report"
)

const (
	leasesLook  = 250 * time.Millisecond // between looks for somebody who checks in
	leasesPause = time.Second            // after a table was asked for
	maxLeases   = 4096                   // rows read of a table
)

// leases asks for the host's DHCP leases while a check-in waits for its radio,
// and at no other time. Without the right to read them the kernel's neighbour
// table has to do.
func (w *OpenWrt) leases(ctx context.Context) {
	for ctx.Err() == nil {
		if !w.Intake.guests.waiting() {
			wait(ctx, leasesLook)
			continue
		}
		// odhcpd's table, else dnsmasq's.
		for _, call := range [][2]string{{"dhcp", "ipv4leases"}, {"luci-rpc", "getDHCPLeases"}} {
			if a, err := w.bus.Call(ctx, call[0], call[1], nil); err == nil {
				w.Intake.guests.leased(a.Body)
				clear(a.Body)
			}
		}
		wait(ctx, leasesPause)
	}
}

// waiting reports whether a check-in waits for its radio.
func (g *Guests) waiting() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.claims) > 0
}

// A dhcpLease is a row of either table.
type dhcpLease struct {
	MAC  string `json:"mac"`
	IP   string `json:"address"`
	MAC2 string `json:"macaddr"`
	IP2  string `json:"ipaddr"`
}

// leased answers the waiting check-ins by a table of DHCP leases, in its
// envelope, and forgets it.
func (g *Guests) leased(table []byte) {
	of := map[report.Addr][]netip.Addr{}
	for i, row := range leaseRows(table) {
		addr, err := report.ParseAddr(row.MAC + row.MAC2)
		ip, bad := netip.ParseAddr(row.IP + row.IP2)
		if err == nil && bad == nil && i < maxLeases {
			of[addr] = append(of[addr], ip.Unmap())
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for addr, ips := range of {
		g.tell(addr, ips, "")
	}
}

func leaseRows(table []byte) (out []dhcpLease) {
	var e struct {
		Result []json.RawMessage `json:"result"`
	}
	if json.Unmarshal(table, &e) != nil || len(e.Result) < 2 {
		return nil
	}
	var t struct {
		Device map[string]struct {
			Leases []dhcpLease `json:"leases"`
		} `json:"device"`
		Leases []dhcpLease `json:"dhcp_leases"`
	}
	if json.Unmarshal(e.Result[1], &t) != nil {
		return nil
	}
	for _, d := range t.Device {
		out = append(out, d.Leases...)
	}
	return append(out, t.Leases...)
}
