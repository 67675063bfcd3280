package format

// megahertz returns n as a frequency in MHz, 0 if it is none.
func megahertz(n number) int { return max(0, n.whole(1, 100_000)) }

// channel returns the frequency in MHz of a channel in the band that starts
// at start MHz, 0 if there is no such channel.
func channel(start, n int) int {
	switch {
	case start == start2 && n == 14:
		return 2484
	case n < 1 || n > 233 || start == start2 && n > 14:
		return 0
	}
	return start + 5*n
}

// Where the numbering of channels starts, in MHz, per band.
const (
	start2 = 2407
	start5 = 5000
	start6 = 5950
)

// operating returns the frequency in MHz of a channel in a global operating
// class of IEEE 802.11 annex E, 0 if unknown.
func operating(class, n int) int {
	switch {
	case class >= 81 && class <= 84:
		return channel(start2, n)
	case class >= 115 && class <= 130:
		return channel(start5, n)
	case class >= 131 && class <= 137:
		return channel(start6, n)
	}
	return 0
}
