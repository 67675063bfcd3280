//go:build !foyer_untold

package rota

// owes is true in every build but the deliberately broken one (tag
// foyer_untold), in which headquarters never hears of a change if the box
// ends between keeping and recording it: the tests that are there for that must
// fail.
const owes = true
