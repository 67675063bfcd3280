package firmware

import (
	"errors"
	"fmt"
)

// A Reason says in a word why an update ended without being kept. Headquarters
// counts them; the detail beside it is for people.
type Reason string

// The reasons.
const (
	Unreachable Reason = "unreachable" // the repository did not answer
	Untrusted   Reason = "untrusted"   // not signed by enough of the right keys
	Expired     Reason = "expired"     // the metadata is past its time, by the box's clock
	Older       Reason = "older"       // the release is not newer than what runs
	WrongModel  Reason = "wrong-model" // built for another kind of machine
	Unlisted    Reason = "unlisted"    // the repository has no such release
	Damaged     Reason = "damaged"     // not the bytes that were signed
	TooLarge    Reason = "too-large"   // more than a slot or a limit allows
	NoSpace     Reason = "no-space"    // the disk did not take it
	Interrupted Reason = "interrupted" // the installer gave no answer
	Crashed     Reason = "crashed"     // did not come up in three starts
	Unhealthy   Reason = "unhealthy"   // came up and never was well for long enough
	Internal    Reason = "internal"    // a fault of the updater itself
)

// A Fault is an error with its reason.
type Fault struct {
	Reason Reason
	Err    error
}

// Error says both.
func (f *Fault) Error() string { return fmt.Sprintf("firmware %s: %v", f.Reason, f.Err) }

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// Because wraps an error with its reason; nil stays nil, and a reason that is
// known already stays.
func Because(r Reason, err error) error {
	var f *Fault
	if err == nil || errors.As(err, &f) {
		return err
	}
	return &Fault{r, err}
}

// ReasonOf returns an error's reason.
func ReasonOf(err error) Reason {
	if err == nil {
		return ""
	}
	var f *Fault
	if errors.As(err, &f) {
		return f.Reason
	}
	return Internal
}
