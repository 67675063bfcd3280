// Package box puts one store together: it opens what the other packages own,
// joins them, and runs the one goroutine that owns the moving state. What it
// hides is that order. The daemon, the demonstration and the end-to-end tests
// differ only in its Inputs.
//
// The flow takes events in turn and never waits for the network: a batch of
// reports goes as far as it can (a position, a visit, an offer), requests of
// the pages are functions that it runs, and what happened is told to the pages
// and to headquarters afterwards.
package box
