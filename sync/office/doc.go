// Package office is headquarters' half of the protocol, small but whole: it
// makes the certificates and keys of stores, keeps what it has sent until the
// store says that it is in force, and takes a store's events exactly once in
// effect. It hides how headquarters keeps its side on disk: office.db, and
// events.ndjson, which is written and synced before a store is told that it
// may forget.
//
// It never sees a position, never acknowledges what is not on its disk, and
// never numbers two documents of a store alike. No box depends on it: foyer-hq,
// rehearsal and tests use it.
package office

import _ "embed"

//go:embed discretion-table.json
var discretionTable string

// DiscretionTable returns the full discretion table that headquarters pushes;
// a box has only the strict one of its own.
func DiscretionTable() []byte { return []byte(discretionTable) }
