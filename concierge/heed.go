//go:build !foyer_lateno

package concierge

// lateNo makes a withdrawal wait until headquarters has heard of it. It is so
// only in a build that is broken on purpose (tag foyer_lateno), in which the test
// that measures a withdrawal while headquarters is away must fail.
const lateNo = false
