// Package radio turns what access points heard into reports about leased
// phones. It hides the sensors' formats, hardware addresses, the guest list
// with its leases, and the neighbour table.
//
// It is the first privacy gate. A client's hardware address enters here and
// goes no further: no exported signature carries one out, no hash of one is
// kept, and no log line, error or panic message holds any part of a delivery.
// A radio without a live lease is dropped at once and only counted; there is
// no table of strangers, not even for a second.
//
// The way of a reading: a Source receives bytes, package format, or report for
// the canonical lines, turns them into canonical reports, and an Intake, shared
// by all sources, resolves the access point, asks the guest list, settles the
// time, drops duplicates and queues one floor.Batch per delivery. Package fetch
// asks those who do not send by themselves. Every sensor and source has an
// account with a budget of its own, so that a flood costs the others nothing.
// RADIUS accounting carries no reading: it answers check-ins and ends leases.
// Guests.Bind makes a lease for a customer who has just spoken to the box from
// her phone.
package radio
