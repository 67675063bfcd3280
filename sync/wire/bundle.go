package wire

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"slices"
)

// UpMany carries several events at once, each sealed and signed by itself as
// under a topic of its own, and the sender's signature over all of them. It says
// nothing else, so it is not among Kinds.
const UpMany Kind = "up/many"

// MaxBundle is how many bytes of events go together, and MaxTogether how many
// events.
const (
	MaxBundle   = 256 << 10
	MaxTogether = 64
)

// A Sealed is one event as it travels, with its kind.
type Sealed struct {
	Kind Kind
	Body []byte
}

// Bundle puts events together: of each the length of its kind in one byte, the
// kind, the length of its body in four, the body.
func Bundle(all []Sealed) []byte {
	var out []byte
	for _, s := range all {
		out = s.append(out)
	}
	return out
}

func (s Sealed) append(out []byte) []byte {
	out = append(out, byte(len(s.Kind)))
	out = append(out, s.Kind...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(s.Body)))
	return append(out, s.Body...)
}

// Bundle is Bundle with this store's signature over it at its end, written like an
// event of the kind UpMany: who believes it need not look at each event's own.
func (i Identity) Bundle(all []Sealed) []byte {
	out := Bundle(all)
	return Sealed{UpMany, ed25519.Sign(i.sign, bundled(i.Address, out))}.append(out)
}

// bundled is what is signed of a bundle.
func bundled(from Address, events []byte) []byte {
	return slices.Concat([]byte("foyer many\x00"+from.Topic(UpMany)+"\x00"), events)
}

// A Bundled is what a bundle brings.
type Bundled struct {
	Events []Sealed
	whole  []byte // the events as they came
	sig    []byte // nil: nobody signed it
}

// Vouched reports whether a store signed the bundle with one of its keys.
func (b Bundled) Vouched(from Address, keys []ed25519.PublicKey) bool {
	if b.sig == nil {
		return false
	}
	text := bundled(from, b.whole)
	return slices.ContainsFunc(keys, func(k ed25519.PublicKey) bool {
		return len(k) == ed25519.PublicKeySize && ed25519.Verify(k, text, b.sig)
	})
}

// Unbundle takes apart what Bundle made. The error is ErrMalformed.
func Unbundle(data []byte) (b Bundled, err error) {
	bad := fmt.Errorf("bundle: %w", ErrMalformed)
	b.whole = data
	for rest := data; len(rest) > 0; {
		s, after, ok := cutSealed(rest)
		switch {
		case !ok || b.sig != nil: // nothing follows a signature
			return Bundled{}, bad
		case s.Kind == UpMany && len(s.Body) == ed25519.SignatureSize:
			b.whole, b.sig = data[:len(data)-len(rest)], s.Body
		case !s.Kind.Valid() || s.Kind.Down() || s.Kind == UpMany || s.Kind == CheckIn || len(b.Events) == MaxTogether:
			return Bundled{}, bad
		default:
			b.Events = append(b.Events, s)
		}
		rest = after
	}
	return b, nil
}

func cutSealed(data []byte) (s Sealed, rest []byte, ok bool) {
	n := int(data[0])
	if len(data) < 1+n+4 {
		return s, nil, false
	}
	kind, rest := Kind(data[1:1+n]), data[1+n:]
	size := int64(binary.BigEndian.Uint32(rest))
	if int64(len(rest)-4) < size {
		return s, nil, false
	}
	return Sealed{kind, rest[4 : 4+size]}, rest[4+size:], true
}
