package rehearsal

import (
	"fmt"
	"math/rand/v2"

	"foyer/radio/report"
)

// An address is a phone's made-up hardware address, for the codec and, for
// tests and broken lines, as text.
type address struct {
	addr report.Addr
	text string
}

// drawAddress returns a random unicast address with the locally administered
// bit set, as phones make up for a network.
func drawAddress(r *rand.Rand) address {
	u := r.Uint64()
	b := [6]byte{byte(u)&0xfc | 2, byte(u >> 8), byte(u >> 16), byte(u >> 24), byte(u >> 32), byte(u >> 40)}
	text := fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5])
	addr, err := report.AddrFrom(b[:])
	if err != nil {
		panic("rehearsal: the codec refuses a made-up address: " + err.Error()) // cannot be: six octets, unicast
	}
	return address{addr, text}
}
