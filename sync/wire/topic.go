package wire

import (
	"fmt"
	"strings"
)

const root = "foyer/v1"

// An Address names one store of one chain on the broker.
type Address struct{ Chain, Store string }

// ValidID reports whether s may name a chain or a store: 1 to 32 of a-z, 0-9
// and '-'.
func ValidID(s string) bool {
	if len(s) == 0 || len(s) > 32 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// Check says what is wrong with the address.
func (a Address) Check() error {
	if !ValidID(a.Chain) {
		return fmt.Errorf("chain %q: want 1 to 32 of a-z, 0-9, '-'", a.Chain)
	}
	if !ValidID(a.Store) {
		return fmt.Errorf("store %q: want 1 to 32 of a-z, 0-9, '-'", a.Store)
	}
	return nil
}

// Topic returns where messages of kind k to or from a travel.
func (a Address) Topic(k Kind) string {
	return root + "/" + a.Chain + "/" + a.Store + "/" + string(k)
}

// DownFilter returns the subscription of a's box.
func (a Address) DownFilter() string { return root + "/" + a.Chain + "/" + a.Store + "/down/+" }

// UpFilter returns headquarters' subscription to every store of a chain.
func UpFilter(chain string) string { return root + "/" + chain + "/+/up/+" }

// ParseTopic reads what Topic wrote. The error is ErrMalformed.
func ParseTopic(topic string) (Address, Kind, error) {
	rest, ok := strings.CutPrefix(topic, root+"/")
	if !ok || len(topic) > 256 {
		return Address{}, "", fmt.Errorf("topic: %w: want %s/<chain>/<store>/<down or up>/<kind>", ErrMalformed, root)
	}
	chain, rest, _ := strings.Cut(rest, "/")
	store, kind, _ := strings.Cut(rest, "/")
	a, k := Address{chain, store}, Kind(kind)
	if err := a.Check(); err != nil {
		return Address{}, "", fmt.Errorf("topic: %w: %w", ErrMalformed, err)
	}
	if !k.Valid() || k == CheckIn {
		return Address{}, "", fmt.Errorf("topic: %w: unknown kind", ErrMalformed)
	}
	return a, k, nil
}
