package wire

import (
	"encoding/binary"
	"fmt"
)

// UpMany carries several events at once, each sealed and signed by itself as
// under a topic of its own. It says nothing else, so it is not among Kinds.
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
		out = append(out, byte(len(s.Kind)))
		out = append(out, s.Kind...)
		out = binary.BigEndian.AppendUint32(out, uint32(len(s.Body)))
		out = append(out, s.Body...)
	}
	return out
}

// Unbundle takes apart what Bundle made. The error is ErrMalformed.
func Unbundle(data []byte) (all []Sealed, err error) {
	bad := fmt.Errorf("bundle: %w", ErrMalformed)
	for len(data) > 0 {
		n := int(data[0])
		if len(data) < 1+n+4 || len(all) == MaxTogether {
			return nil, bad
		}
		kind, rest := Kind(data[1:1+n]), data[1+n:]
		size := int64(binary.BigEndian.Uint32(rest))
		if !kind.Valid() || kind.Down() || kind == UpMany || kind == CheckIn || int64(len(rest)-4) < size {
			return nil, bad
		}
		all = append(all, Sealed{kind, rest[4 : 4+size]})
		data = rest[4+size:]
	}
	return all, nil
}
