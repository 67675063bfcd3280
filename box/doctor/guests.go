package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"foyer/config"
	"foyer/radio"
)

// guestAddress says whether phones can have a way to the guests' address.
func guestAddress(_ context.Context, c *config.Config) []Finding {
	const name = "guest address"
	host, _, err := net.SplitHostPort(c.Listen.Guest)
	if err != nil {
		return one(name, Bad, fmt.Sprintf("%q is no address.", c.Listen.Guest), "Write listen.guest as address:443.")
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil || ip.IsUnspecified():
		return one(name, Watch, "Guests are served on every address of this box, the management network's too.",
			"Write the guest network's address into listen.guest.")
	case ip.IsLoopback():
		return one(name, Bad, "Guests are served on this machine only; no phone can reach it.", "Write the guest network's address into listen.guest.")
	}
	card, network, err := cardOf(ip)
	if err != nil {
		return one(name, Bad, fmt.Sprintf("No network card of this box has %s.", ip), "Give the box this address, or write the one it has into listen.guest.")
	}
	return one(name, Good, fmt.Sprintf("Guests are served on %s, network %s, card %s.", ip, network, card), "")
}

// cardOf returns the network card that has an address, and its network.
func cardOf(ip netip.Addr) (string, netip.Prefix, error) {
	cards, err := net.Interfaces()
	if err != nil {
		return "", netip.Prefix{}, fmt.Errorf("list network cards: %w", err)
	}
	for _, card := range cards {
		addrs, err := card.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Unmap() == ip.Unmap() {
				return card.Name, p.Masked(), nil
			}
		}
	}
	return "", netip.Prefix{}, errNoCard
}

var errNoCard = errors.New("no network card has this address")

// guestName says whether the name that customers open leads to this box.
func guestName(ctx context.Context, c *config.Config) []Finding {
	const name = "guest name"
	host, _, _ := net.SplitHostPort(c.Listen.Guest)
	want, _ := netip.ParseAddr(host)
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", c.Names.Guest)
	if err != nil {
		return one(name, Bad, fmt.Sprintf("%s is not found by this box's DNS server: %v.", c.Names.Guest, plain(err)),
			fmt.Sprintf("Let the chain's DNS answer %s with %s. If it does and only this network does not hear it, its DNS server drops answers with private addresses (rebinding protection): let this name through.", c.Names.Guest, host))
	}
	for i := range found {
		found[i] = found[i].Unmap()
	}
	if want.IsValid() && !want.IsUnspecified() && !slices.Contains(found, want) {
		return one(name, Bad, fmt.Sprintf("%s leads to %v, not to this box.", c.Names.Guest, found), fmt.Sprintf("Let the DNS answer %s with %s.", c.Names.Guest, host))
	}
	return one(name, Good, fmt.Sprintf("%s leads to %v.", c.Names.Guest, found), "")
}

// guestDoor says whether a customer who opens the page gets it without a
// warning.
func guestDoor(ctx context.Context, c *config.Config) []Finding {
	const name = "guest door"
	if host, _, _ := net.SplitHostPort(c.Listen.Guest); foreign(host) {
		return one(name, Unknown, "The guests' address is not this machine's.", "Cure the guest address first.")
	}
	d := tls.Dialer{Config: &tls.Config{ServerName: c.Names.Guest, MinVersion: tls.VersionTLS12}}
	conn, err := d.DialContext(ctx, "tcp", reachable(c.Listen.Guest))
	var authority x509.UnknownAuthorityError
	var wrong x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
		defer conn.Close()
		left := time.Until(conn.(*tls.Conn).ConnectionState().PeerCertificates[0].NotAfter)
		if left < 14*24*time.Hour {
			return one(name, Watch, fmt.Sprintf("The guests' certificate is good for %d more days.", int(left.Hours()/24)), "Let headquarters renew it.")
		}
		return one(name, Good, fmt.Sprintf("The page answers with a certificate that phones trust, for %d more days.", int(left.Hours()/24)), "")
	case errors.Is(err, syscall.ECONNREFUSED):
		return one(name, Unknown, "Nothing answers on the guests' address.", "Start the box (systemctl start foyer) and ask again.")
	case errors.As(err, &authority), errors.As(err, &wrong), errors.As(err, &invalid):
		return one(name, Bad, fmt.Sprintf("Customers are warned of the certificate: %v.", plain(err)),
			"Install a publicly trusted certificate for "+c.Names.Guest+"; no customer is to accept a warning.")
	}
	return one(name, Bad, fmt.Sprintf("The page does not answer: %v.", plain(err)), "See foyer status and the log.")
}

// foreign reports whether host is an address that this machine does not have.
func foreign(host string) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.IsUnspecified() {
		return false
	}
	_, _, err = cardOf(ip)
	return err != nil
}

// reachable is a listening address as it is dialled from this machine.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if ip, e := netip.ParseAddr(host); err == nil && (e != nil || ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return listen
}

// neighbours says whether phones on the guests' network are seen as themselves.
func neighbours(ctx context.Context, c *config.Config) []Finding {
	const name = "neighbours"
	around, err := radio.Look(ctx)
	if err != nil {
		return one(name, Unknown, fmt.Sprintf("The neighbour table cannot be read: %v.", err), "Let foyer read it (AF_NETLINK in its unit).")
	}
	host, _, _ := net.SplitHostPort(c.Listen.Guest)
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.IsUnspecified() || ip.IsLoopback() {
		return one(name, Unknown, "Which network the guests are on is not known.", "Write the guest network's address into listen.guest.")
	}
	_, network, err := cardOf(ip)
	if err != nil {
		return one(name, Unknown, "Which network the guests are on is not known.", "")
	}
	devices, routers := around.Within(network)
	switch {
	case devices > 0:
		return one(name, Good, fmt.Sprintf("%d devices on %s are seen as themselves.", devices, network), "")
	case routers > 0:
		return one(name, Bad, fmt.Sprintf("All that is seen on %s is a router: phones behind it look alike.", network),
			"Give the box a card in the guests' own network, or name a source with a client table (sources in the configuration).")
	}
	return one(name, Unknown, fmt.Sprintf("No device on %s has spoken to this box of late.", network), "Try it with a phone: foyer doctor --network --phone.")
}
