// Package ledger hides the log of who saw what about whom: append-only,
// hash-chained, synced before a card may be shown, in ledger.db.
//
// A row names its subject by a random ledger id. The link from a customer to
// her id is sealed under her own key, so erasing her cuts the link for good
// while every row stays as it was written; no row is ever rewritten, and rows
// leave only as whole months.
//
// The chain shows any edit, insertion or removal by someone who lacks the keys,
// and any careless one by someone who has them. Whoever holds the keys and
// rewrites everything up to the newest row is found out by comparing Head, or the
// Hash of an older row, with what headquarters was told.
package ledger
