//go:build race

package fleet_test

// raced: the detector needs some hundred kilobytes for each goroutine, of which a
// store has a dozen.
const raced = true
