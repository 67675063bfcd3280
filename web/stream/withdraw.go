//go:build !foyer_remembers

package stream

// remembers makes a hub keep what has been withdrawn. It is so only in a build
// that is broken on purpose (tag foyer_remembers), in which the tests that come
// back after a withdrawal must fail.
const remembers = false
