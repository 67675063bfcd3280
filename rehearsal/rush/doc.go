// Package rush plays one day of a store in virtual time, to see whether the
// right associate comes soon enough and whether the work is shared fairly. Its
// secret is the day: who comes when, wants what, is off, busy, on a break or
// out of reach, looks away or says no. A router is told only what a box would
// know; the truth is the scorer's.
//
// The same day is played to several routers: foyer's own, package routing with
// every rule it ships with, the two that are common elsewhere, and, if wanted,
// the desk of a box, on files of its own. It opens no connection, asks no real
// clock, and knows no names.
package rush
