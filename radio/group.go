package radio

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// The groups and ports that access points use among themselves.
const (
	UsteerPort = 16720
	DAWNPort   = 1025
)

// UsteerGroup is usteer's group on a link with IPv6.
func UsteerGroup() netip.Addr { return netip.MustParseAddr("ff02::4150") }

// ListenDatagrams opens a socket on address for what is broadcast there, and
// joins a multicast group on a network interface if one is named.
func ListenDatagrams(ctx context.Context, address, ifname string, group netip.Addr) (net.PacketConn, error) {
	conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for datagrams: %w", err)
	}
	if ifname == "" || !group.IsValid() {
		return conn, nil
	}
	if err := join(conn, ifname, group); err != nil {
		conn.Close()
		return nil, fmt.Errorf("join %s on %s: %w", group, ifname, err)
	}
	return conn, nil
}

func join(conn net.PacketConn, ifname string, group netip.Addr) error {
	ifi, err := net.InterfaceByName(ifname)
	if err != nil {
		return err
	}
	to := &net.UDPAddr{IP: group.AsSlice()}
	if group.Is4() {
		return ipv4.NewPacketConn(conn).JoinGroup(ifi, to)
	}
	return ipv6.NewPacketConn(conn).JoinGroup(ifi, to)
}
