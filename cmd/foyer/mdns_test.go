package main

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/config"
)

func TestLANPlaces(t *testing.T) {
	const up = net.FlagUp | net.FlagMulticast
	ifaces := []net.Interface{
		{Name: "lo", Index: 1, Flags: net.FlagUp | net.FlagLoopback},
		{Name: "staff", Index: 2, Flags: up},
		{Name: "guest", Index: 3, Flags: up},
		{Name: "wan", Index: 4, Flags: up},
		{Name: "spare", Index: 5, Flags: net.FlagMulticast},
	}
	held := map[string][]string{
		"lo": {"127.0.0.1"}, "staff": {"10.30.0.2", "fd00::2"}, "guest": {"10.20.0.2"}, "wan": {"192.0.2.7"}, "spare": {"10.40.0.2"},
	}
	reach := func(i net.Interface) (out []netip.Addr) {
		for _, s := range held[i.Name] {
			out = append(out, netip.MustParseAddr(s))
		}
		return out
	}
	for name, tt := range map[string]struct {
		addresses, interfaces []string
		want                  []string
	}{
		"by interface":        {nil, []string{"staff"}, []string{"staff 10.30.0.2 fd00::2"}},
		"by address":          {[]string{"10.30.0.2"}, nil, []string{"staff 10.30.0.2"}},
		"by both":             {[]string{"10.30.0.2", "192.0.2.7"}, []string{"staff", "guest"}, []string{"staff 10.30.0.2"}},
		"two networks":        {nil, []string{"staff", "guest"}, []string{"staff 10.30.0.2 fd00::2", "guest 10.20.0.2"}},
		"no multicast":        {nil, []string{"lo"}, nil},
		"down":                {nil, []string{"spare"}, nil},
		"not here":            {[]string{"10.9.9.9"}, nil, nil},
		"neither is nowhere":  {[]string{"10.9.9.9"}, []string{"staff"}, nil},
		"mapped is the same":  {[]string{"::ffff:10.30.0.2"}, nil, []string{"staff 10.30.0.2"}},
		"written another way": {[]string{"fd00:0::2"}, nil, []string{"staff fd00::2"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range lanPlaces(config.Announcement{Addresses: tt.addresses, Interfaces: tt.interfaces}, ifaces, reach) {
				line := p.Interface.Name
				for _, ip := range p.Addresses {
					line += " " + ip.String()
				}
				got = append(got, line)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// What is shouted into the LAN must be nothing but this.
func TestTXTRecord(t *testing.T) {
	got := txtRecord(config.Announcement{Sensors: 8443, Fingerprint: strings.Repeat("0123456789abcdef", 4)})
	if want := []string{"v=1", "sensors=8443", "fp=0123456789abcdef"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := txtRecord(config.Announcement{}); !slices.Equal(got, []string{"v=1"}) {
		t.Errorf("got %q", got)
	}
}
