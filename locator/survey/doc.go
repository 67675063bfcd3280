// Package survey makes radio maps and scores them: it fits a locator.Map to the
// surveyed part of a recorded folder, or to a plan alone, and evaluates a
// locator on the part that was kept apart. It hides how the parameters are
// found (ridge regression, cross-validation over the surveyed places); it never
// looks at a test row to choose anything, and it scores the same Locator, with
// the same options, that runs live.
//
// Lengths are metres, strengths dBm, differences dB.
package survey
