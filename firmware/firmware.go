// Package firmware is how a box gets another version of foyer: two slots, of
// which one runs, and an update that is tried once and kept only when the box
// stays healthy.
//
// Here are the words: slots, states, versions, reasons, the record of what runs
// and the interface of an installer's backend. The work is done below: tuf
// decides whether a release is one, spool downloads it without any privilege,
// install puts it into the other slot, tries it and goes back, dirswap is how a
// slot is written, publish is headquarters' side. A pointer is never trusted:
// it only says where to look, and what is found there must be signed.
package firmware

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// A Slot is one of the two places a version lives in.
type Slot string

// The slots. The package seeds SlotA; only updates write afterwards.
const (
	SlotA Slot = "a"
	SlotB Slot = "b"
)

// Other returns the slot an update goes to while s runs.
func (s Slot) Other() Slot {
	if s == SlotA {
		return SlotB
	}
	return SlotA
}

// A State is where an update stands. Each is written to disk before its work
// begins, so that a box that loses power anywhere knows what to do next.
type State string

// The states, in the order of an update that goes well. Failed and RolledBack
// end one that does not; both carry a reason headquarters sees.
const (
	Idle        State = "idle"        // nothing to do
	Downloading State = "downloading" // into the spool, resumed after a break
	Downloaded  State = "downloaded"  // verified whole, waiting for quiet hours
	Installing  State = "installing"  // into the other slot
	Trial       State = "trial"       // runs from the other slot, not yet kept
	Confirmed   State = "confirmed"   // healthy for ten minutes: kept
	RolledBack  State = "rolled-back" // the old slot runs again
	Failed      State = "failed"      // given up before the running slot was left
)

// TrialHealthy is how long a version on trial must be well without a break to be
// kept, unless the installer is told another time.
const TrialHealthy = 10 * time.Minute

// Next returns the states an update may go to from s. The way back is always
// among them until the update is confirmed.
func (s State) Next() []State {
	switch s {
	case Idle, Confirmed, RolledBack, Failed:
		return []State{Downloading}
	case Downloading:
		return []State{Downloaded, Failed}
	case Downloaded:
		return []State{Installing, Failed}
	case Installing:
		return []State{Trial, Failed}
	case Trial:
		return []State{Confirmed, RolledBack}
	}
	return nil
}

// A Pointer is what headquarters sends about firmware: which version is
// wanted and where the signed metadata is. It carries no hash and no key,
// for it is not what an update is trusted by.
type Pointer struct {
	Version    string    `json:"version"`    // such as 1.4.2
	Repository string    `json:"repository"` // https address of the TUF repository
	NotBefore  time.Time `json:"not_before,omitzero"`
}

// ErrPointer means that a pointer cannot be followed; the message names the
// field.
var ErrPointer = errors.New("firmware pointer")

var versionPattern = regexp.MustCompile(`^(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})(-[0-9a-z.-]{1,32})?$`)

// Check reports whether p can be followed at all.
func Check(p Pointer) error {
	if !versionPattern.MatchString(p.Version) {
		return fmt.Errorf("%w: version: %.64q is not a version such as 1.4.2", ErrPointer, p.Version)
	}
	u, err := url.Parse(p.Repository)
	switch {
	case err != nil || len(p.Repository) > 1024:
		return fmt.Errorf("%w: repository: not an address", ErrPointer)
	case u.Scheme != "https" || u.Hostname() == "":
		return fmt.Errorf("%w: repository: want https:// and a host", ErrPointer)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Contains(u.Path, ".."):
		return fmt.Errorf("%w: repository: want a host and a plain path only", ErrPointer)
	}
	return nil
}
