package radio

import "foyer/radio/format"

// hint takes a position that a vendor computed. So far it is only counted: no
// reading of it goes on to the locator.
func (d *delivery) hint(*format.Hint) {
	if d.spend() {
		d.hints++
	}
}
