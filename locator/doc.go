// Package locator turns readings of a phone into a probability for every place
// on the plan. It hides path loss, the radio map, the posterior, motion and the
// phone's own offset; it leaves no goroutine, reads no clock, does no input or
// output, and never gives a confident answer without evidence.
//
// The model is one Bayesian grid filter per phone. A cell's belief is how
// probable the phone is there, standing or walking, and which offset (transmit
// power, grip; dB) explains the readings from there: a Gaussian per cell, with
// one variance per phone (a Rao-Blackwellised grid). Between fixes the belief
// diffuses, and walls block it. A fix weighs each cell by a Student-t residual
// (11 degrees of freedom) against a Gaussian-process radio map with the map's
// own variance, and by the silence of access points that are surely alive; the
// product is tempered, for access points near one another err alike, and so do
// successive fixes: how much is learned from each phone's residuals.
//
// The map is tabled at nodes, a metre apart (in large stores: at every cell), and
// there a fix's likelihood is computed; belief has finer cells, for which it is
// interpolated. A fix that must look everywhere looks at every fourth node first.
//
// Frame: metres in the plan's frame, one per level; dBm and dB; event time.
// A Locator is for one goroutine; a Map may be shared.
package locator
