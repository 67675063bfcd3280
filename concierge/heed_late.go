//go:build foyer_lateno

package concierge

// lateNo: see the other build.
const lateNo = true
