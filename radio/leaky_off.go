//go:build !foyer_leaky

package radio

import (
	"foyer/floor"
	"foyer/radio/report"
)

// stranger is what the gate does with a radio that nobody leased: nothing.
func (g *Guests) stranger(*report.Report) (floor.Phone, bool) { return floor.Phone{}, false }
