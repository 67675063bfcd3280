package radio

import (
	"net"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jsimonetti/rtnetlink/v2"

	"foyer/radio/report"
)

func TestUsable(t *testing.T) {
	good := net.HardwareAddr{2, 0, 0x5e, 0x10, 0, 1}
	entry := func(state uint16, ip string, hw net.HardwareAddr) rtnetlink.NeighMessage {
		return rtnetlink.NeighMessage{State: state, Attributes: &rtnetlink.NeighAttributes{Address: net.ParseIP(ip), LLAddress: hw}}
	}
	got := usable([]rtnetlink.NeighMessage{
		entry(0x02, "10.0.3.7", good),
		entry(0x04, "fe80::7", good),
		entry(0x80, "10.0.3.8", good), // permanent: an operator said so
		entry(0x01, "10.0.3.9", good),
		entry(0x20, "10.0.3.9", good),
		entry(0x40, "10.0.3.9", good),
		entry(0x00, "10.0.3.9", good),
		entry(0x02, "10.0.3.9", nil),
		entry(0x02, "10.0.3.9", net.HardwareAddr{0, 0, 0, 0, 0, 0}),
		entry(0x02, "ff02::1", net.HardwareAddr{0x33, 0x33, 0, 0, 0, 1}),
		entry(0x02, "224.0.0.1", net.HardwareAddr{0x01, 0x00, 0x5e, 0, 0, 1}),
		entry(0x02, "ff02::2", good),
		{State: 0x02},
		{State: 0x02, Attributes: &rtnetlink.NeighAttributes{LLAddress: good}},
	})
	want := []neighbour{{ip("10.0.3.7"), addr(t, 1)}, {ip("fe80::7"), addr(t, 1)}, {ip("10.0.3.8"), addr(t, 1)}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(neighbour{}), cmpopts.EquateComparable(report.Addr{}, netip.Addr{})); diff != "" {
		t.Error(diff)
	}
}

func TestGateways(t *testing.T) {
	route := func(bits uint8, gw string) rtnetlink.RouteMessage {
		return rtnetlink.RouteMessage{DstLength: bits, Attributes: rtnetlink.RouteAttributes{Gateway: net.ParseIP(gw)}}
	}
	multi := rtnetlink.RouteMessage{Attributes: rtnetlink.RouteAttributes{Multipath: []rtnetlink.NextHop{{Gateway: net.ParseIP("10.0.0.2")}, {}}}}
	got := gateways([]rtnetlink.RouteMessage{route(0, "10.0.0.1"), route(24, "10.0.9.9"), route(0, "fe80::1"), route(0, ""), multi})
	want := []netip.Addr{ip("10.0.0.1"), ip("fe80::1"), ip("10.0.0.2")}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Error(diff)
	}
}

// The kernel of this machine answers, without any privilege.
func TestKernelNeighbours(t *testing.T) {
	if _, err := kernelNeighbours(t.Context()); err != nil {
		t.Error(err)
	}
}
