//go:build foyer_remembers

package stream

// remembers: see the other build.
const remembers = true
