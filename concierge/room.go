package concierge

// What the items of a card may take, in bytes of JSON: so a card stays within
// 8 KiB with its name, its guidance and all, whatever a profile holds. What one
// kind leaves, the next has. What does not fit is left out without a word.
const (
	cardSize         = 8 << 10
	roomForFacts     = 2560
	roomForNotes     = 1536
	roomForPurchases = 2048
)

// weight is what a text of an item takes at most, with what stands around it.
func weight(text string) int {
	n := 20
	for _, r := range text {
		switch {
		case r < ' ', r == '<', r == '>', r == '&', r == '\u2028', r == '\u2029':
			n += 6
		case r == '"', r == '\\':
			n += 2
		case r < 0x80:
			n++
		case r < 0x800:
			n += 2
		case r < 0x10000:
			n += 3
		default:
			n += 4
		}
	}
	return n
}
