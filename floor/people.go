package floor

import (
	"log/slog"
	"time"
)

// Role is what a member of staff may do on the floor.
type Role string

// The roles.
const (
	RoleAssociate Role = "associate"
	RoleManager   Role = "manager"
)

// Tier is how far an associate is trained in discretion.
type Tier string

// The tiers, from the least trusted.
const (
	TierUntrained  Tier = "untrained"
	TierRestricted Tier = "restricted"
	TierStandard   Tier = "standard"
)

// An Associate is a member of staff as the roster describes her. Name is the
// first name, the one colleagues and customers read.
type Associate struct {
	ID         AssociateID
	Name       string
	Role       Role
	Tier       Tier
	Department ZoneID
	Skills     []string
	Languages  []string      // BCP 47
	Covers     []AssociateID // colleagues she trusts with her clients, the first first
}

// LogValue returns a text that identifies nobody.
func (a Associate) LogValue() slog.Value { return a.ID.LogValue() }

// String returns a text that identifies nobody.
func (a Associate) String() string { return a.ID.String() }

// A Shift is the time an associate is to be on the floor.
type Shift struct {
	Associate AssociateID
	From, To  time.Time
}

// Covers reports whether t is within the shift.
func (s Shift) Covers(t time.Time) bool { return !t.Before(s.From) && t.Before(s.To) }
