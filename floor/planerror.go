package floor

import (
	"errors"
	"strings"
)

// ErrPlan means that a plan is not usable; the message names the place.
var ErrPlan = errors.New("plan")

// A Fault is one thing that is wrong with a plan. Place is where, such as
// levels[0] "ground".zones[3] "shoes".outline[2].
type Fault struct{ Place, Text string }

// A PlanError is everything that is wrong with a plan that could be read, so
// that it is mended in one go. It is an ErrPlan.
type PlanError struct{ Faults []Fault }

// Error names all faults.
func (e *PlanError) Error() string {
	var all []string
	for _, f := range e.Faults {
		all = append(all, f.Place+": "+f.Text)
	}
	return ErrPlan.Error() + ": " + strings.Join(all, "; ")
}

// Unwrap returns ErrPlan.
func (e *PlanError) Unwrap() error { return ErrPlan }
