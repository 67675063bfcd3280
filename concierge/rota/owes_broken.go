//go:build foyer_untold

package rota

// owes: see the other build.
const owes = false
