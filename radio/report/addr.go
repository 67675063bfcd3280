package report

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
)

// redacted is all that an address says of itself.
const redacted = "an address"

// An Addr is a radio's 48-bit hardware address. It compares, and it is a map
// key; it prints as nothing, whatever the verb. Only Append and AppendAddr
// write it out. In memory it is masked with a value that this process made up,
// because package fmt cannot call a method of an unexported field, and a
// traceback shows arguments as they lie.
type Addr struct{ masked [6]byte }

// mask never changes once the program runs. Its group bit is set, so that no
// Wi-Fi radio's address masks to the zero Addr.
var mask = func() (m [6]byte) {
	rand.Read(m[:])
	m[0] |= 1
	return m
}()

// ParseAddr reads an address of twelve hexadecimal digits of either case, bare
// or with one of ':', '-' and '.' between all groups of two, four or six. The
// null, broadcast and group addresses are refused: they are nobody's.
func ParseAddr(s string) (Addr, error) {
	a, ok := parseAddr(s)
	if !ok || !a.Valid() || a.group() {
		return Addr{}, ErrAddr
	}
	return a, nil
}

// ParseBLEAddr is ParseAddr for Bluetooth, where the group bit of the first
// octet is one random bit among others.
func ParseBLEAddr(s string) (Addr, error) {
	a, ok := parseAddr(s)
	if !ok || !a.Valid() {
		return Addr{}, ErrAddr
	}
	return a, nil
}

// AddrFrom takes an address as the kernel gives it, six octets in the order
// they are written. It refuses what ParseAddr refuses.
func AddrFrom(b []byte) (Addr, error) {
	if len(b) != 6 {
		return Addr{}, ErrAddr
	}
	a := masked([6]byte(b))
	if !a.Valid() || a.group() {
		return Addr{}, ErrAddr
	}
	return a, nil
}

// Valid reports whether a is neither the null nor the broadcast address.
func (a Addr) Valid() bool {
	b := a.octets()
	return a != Addr{} && b != [6]byte{} && b != [6]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
}

// Random reports whether the locally administered bit is set, as it is in
// every address that a phone makes up for a network.
func (a Addr) Random() bool { return a.octets()[0]&2 != 0 }

// String returns a text that identifies nobody.
func (Addr) String() string { return redacted }

// LogValue returns a text that identifies nobody.
func (Addr) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns a text that identifies nobody; it is never an error.
func (Addr) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Format writes a text that identifies nobody, for every verb.
func (Addr) Format(s fmt.State, _ rune) { io.WriteString(s, redacted) }

// AppendAddr appends a in lower-case pairs with colons: for a question to an
// access point about this very client, or to look for it where it must not be.
// It is for nothing else.
func AppendAddr(dst []byte, a Addr) []byte { return a.appendTo(dst) }

func (a Addr) group() bool { return a.octets()[0]&1 != 0 }

func (a Addr) octets() [6]byte { return masked(a.masked).masked }

func masked(b [6]byte) (a Addr) {
	for i := range b {
		a.masked[i] = b[i] ^ mask[i]
	}
	return a
}

func (a Addr) appendTo(dst []byte) []byte {
	const digits = "0123456789abcdef"
	for i, b := range a.octets() {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = append(dst, digits[b>>4], digits[b&15])
	}
	return dst
}

// parseAddr reads the twelve digits; the separator's place in the text gives
// the size of a group, and every other separator must agree.
func parseAddr[T string | []byte](s T) (a Addr, ok bool) {
	group, sep := 12, byte(0)
	switch len(s) {
	case 12:
	case 13:
		group, sep = 6, s[6]
	case 14:
		group, sep = 4, s[4]
	case 17:
		group, sep = 2, s[2]
	default:
		return a, false
	}
	if sep != 0 && sep != ':' && sep != '-' && sep != '.' {
		return a, false
	}
	var b [6]byte
	i := 0
	for n := range 12 {
		if n > 0 && n%group == 0 {
			if s[i] != sep {
				return a, false
			}
			i++
		}
		d, ok := digit(s[i])
		if !ok {
			return a, false
		}
		b[n/2] = b[n/2]<<4 | d
		i++
	}
	return masked(b), true
}

func digit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
