//go:build !foyer_loose

package policy

// hiddenIsWithheld is floor F3: what the customer hid is withheld. It is true
// in every build but the deliberately loosened one (tag foyer_loose), in
// which TestFloorsHoldAgainstAHostileTable must fail.
const hiddenIsWithheld = true
