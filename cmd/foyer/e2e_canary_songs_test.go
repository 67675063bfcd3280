package main_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
)

// canaries are strangers' addresses that occur nowhere else.
func canaries(n int) [][6]byte {
	out := make([][6]byte, n)
	for i := range out {
		sum := sha256.Sum256(fmt.Append(nil, "end to end canary ", i))
		out[i] = [6]byte(sum[:6])
		out[i][0] = out[i][0]&^1 | 2 // a radio's own, made-up address
	}
	return out
}

// song is a delivery that holds one canary: every other one is a good report,
// the rest are broken in one way or another.
func song(i int, a [6]byte, now time.Time) string {
	mac := spellings(a)[2+2*(i/2%2)+i/4%2] // with colons or dashes, lower or upper case
	good := fmt.Sprintf(`{"ap":"ap-0%d","client":%q,"rssi":-%d,"at":%q,"kind":"uplink_assoc","freq":5180,"ip":["10.0.%d.%d"]}`,
		1+i%9, mac, 40+i%50, now.UTC().Format(time.RFC3339Nano), i/250, i%250)
	switch {
	case i%20 == 0: // by an access point that nobody knows
		return fmt.Sprintf(`{"ap":%q,"client":%q,"rssi":-60}`, mac, mac) + "\n"
	case i%2 == 0:
		return good + "\n"
	}
	bad := []string{
		strings.Replace(good, `"kind":"`, `"kind":"`+mac, 1),    // a kind there is not
		strings.Replace(good, `"rssi":-`, `"rssi":`, 1),         // an impossible strength
		strings.Replace(good, mac, mac+"!", 1),                  // no address
		strings.Replace(good, `"10.0.`, `"`+mac+`", "10.0.`, 1), // an address for a place
		fmt.Sprintf(`{%q:1}`, mac),                              // an unknown field
		fmt.Sprintf(`{"client":%q,"client":%q}`, mac, mac),      // twice
		mac,                // no JSON
		string(a[:]),       // no text
		good + good,        // two in one line
		good[:len(good)-1], // cut off
		strings.Replace(good, `"ap":"ap-0`, `"ap":"`+mac+strings.Repeat("0", 600), 1), // a name without end
		strings.Repeat(mac, 3000), // a line without end
		"[" + good + "]",          // another format
	}
	return bad[i/2%len(bad)] + "\n"
}
