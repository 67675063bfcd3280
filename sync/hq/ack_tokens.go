//go:build foyer_tokens

package hq

// tokens: see the other build.
const tokens = true
