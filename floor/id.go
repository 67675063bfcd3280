package floor

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

type (
	// APID names an access point as the plan does, for example "ap-03".
	APID string
	// ZoneID names a part of a level, for example "shoes".
	ZoneID string
	// LevelID names a storey, for example "ground".
	LevelID string
	// VisitID names one visit. It is random and says nothing about anybody.
	VisitID string
)

// ErrID means that a text is not an identifier foyer accepts.
var ErrID = errors.New("not an identifier: want 1 to 64 of a-z, A-Z, 0-9, '-', '_', '.'")

// A Phone is one leased radio during one stay. It is random for each lease
// and is never derived from the hardware address behind it.
type Phone struct{ ref string }

// A Customer is a customer's pseudonym as headquarters gave it.
type Customer struct{ ref string }

// An AssociateID is a member of staff as headquarters' roster names her.
type AssociateID struct{ ref string }

// NewPhone returns a new random phone.
func NewPhone() Phone { return Phone{ref: "p-" + random(10)} }

// NewVisitID returns a new random visit identifier.
func NewVisitID() VisitID { return VisitID("v-" + random(10)) }

// ParsePhone reads what Phone.Ref wrote.
func ParsePhone(ref string) (Phone, error) {
	if !identifier(ref) {
		return Phone{}, fmt.Errorf("phone: %w", ErrID)
	}
	return Phone{ref: ref}, nil
}

// ParseCustomer reads a pseudonym. The error does not repeat it.
func ParseCustomer(ref string) (Customer, error) {
	if !identifier(ref) {
		return Customer{}, fmt.Errorf("customer: %w", ErrID)
	}
	return Customer{ref: ref}, nil
}

// ParseAssociate reads a roster identifier. The error does not repeat it.
func ParseAssociate(ref string) (AssociateID, error) {
	if !identifier(ref) {
		return AssociateID{}, fmt.Errorf("associate: %w", ErrID)
	}
	return AssociateID{ref: ref}, nil
}

// ParseLevel reads the identifier of a level.
func ParseLevel(ref string) (LevelID, error) {
	if !identifier(ref) {
		return "", fmt.Errorf("level: %w", ErrID)
	}
	return LevelID(ref), nil
}

// Valid reports whether p stands for a phone.
func (p Phone) Valid() bool { return p.ref != "" }

// Ref returns the identifier for keys and for the wire, never for people.
func (p Phone) Ref() string { return p.ref }

// String returns a text that identifies nobody.
func (p Phone) String() string { return redacted("phone", p.ref) }

// LogValue returns a text that identifies nobody.
func (p Phone) LogValue() slog.Value { return slog.StringValue(p.String()) }

// Valid reports whether c stands for a customer.
func (c Customer) Valid() bool { return c.ref != "" }

// Ref returns the pseudonym for keys and for the wire, never for people.
func (c Customer) Ref() string { return c.ref }

// String returns a text that identifies nobody.
func (c Customer) String() string { return redacted("customer", c.ref) }

// LogValue returns a text that identifies nobody.
func (c Customer) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Valid reports whether a stands for an associate.
func (a AssociateID) Valid() bool { return a.ref != "" }

// Ref returns the identifier for keys and for the wire, never for people.
func (a AssociateID) Ref() string { return a.ref }

// String returns a text that identifies nobody.
func (a AssociateID) String() string { return redacted("associate", a.ref) }

// LogValue returns a text that identifies nobody.
func (a AssociateID) LogValue() slog.Value { return slog.StringValue(a.String()) }

func redacted(kind, ref string) string {
	if ref == "" {
		return "no " + kind
	}
	return "a " + kind
}

func random(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b) // never fails: crypto/rand aborts the program instead
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
}

func identifier(s string) bool {
	if len(s) == 0 || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}
