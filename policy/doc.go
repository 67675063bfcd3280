// Package policy decides how much of one item one associate may see of one
// customer, and whether she may speak of it. Its secret is the discretion
// table: how headquarters' table is read, proved and combined with the floors
// that no table can loosen.
//
// A decision is the strictest of the floors, the customer's own settings, the
// viewer's tier and the table. Every enum's zero value is its strictest, so a
// forgotten field withholds. The package holds nobody's data, makes no text
// but its own fixed lines, reads no clock, and a decision allocates nothing.
package policy
