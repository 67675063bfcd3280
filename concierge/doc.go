// Package concierge lives a visit as people do: the customer is told first and
// chooses, the right associate is asked, and what she may know is decided item
// by item. It hides how those decisions are made and everything it decides
// them from: a profile comes in and never goes out. A Card holds only strings
// that have already been decided, and this package is its only maker.
//
// A Desk is the moving state and belongs to one goroutine; a Door is for the
// goroutines of requests. Neither reads a clock, and neither waits for the
// network: a Desk says what happened by Events, which its owner takes away
// after each call.
package concierge
