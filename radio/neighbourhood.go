package radio

import (
	"context"
	"net/netip"

	"foyer/radio/report"
)

// A Neighbourhood is what the kernel's neighbour table shows of the networks
// around, in counts and without anybody's hardware address: for whoever sets a
// box up.
type Neighbourhood struct {
	table neighbourTable
}

// Look reads the neighbour table.
func Look(ctx context.Context) (Neighbourhood, error) {
	table, err := kernelNeighbours(ctx)
	return Neighbourhood{table}, err
}

// A Sight is how a peer is seen.
type Sight uint8

// What the table may say of a peer.
const (
	Unseen    Sight = iota // it is not in the table: another network, or no such peer
	Forwarded              // by way of something that answers for several addresses, or a gateway
	Direct                 // its own radio, so that it can be leased
)

// Sight returns how peer is seen.
func (n Neighbourhood) Sight(peer netip.Addr) Sight {
	addr, ok := n.table.addr(peer.Unmap().WithZone(""))
	switch {
	case !ok:
		return Unseen
	case n.table.router(addr):
		return Forwarded
	}
	return Direct
}

// Within counts the devices whose addresses lie in a network, those that answer
// for too many addresses to be one phone aside.
func (n Neighbourhood) Within(network netip.Prefix) (devices, routers int) {
	seen := map[report.Addr]bool{}
	for _, e := range n.table.entries {
		if !network.Contains(e.ip) || seen[e.addr] {
			continue
		}
		seen[e.addr] = true
		if n.table.router(e.addr) {
			routers++
		} else {
			devices++
		}
	}
	return devices, routers
}
