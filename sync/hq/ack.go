//go:build !foyer_tokens

package hq

// tokens makes the broker's acknowledgement count as headquarters'. It is so
// only in a build that is broken on purpose (tag foyer_tokens), in which the
// histories must fail.
const tokens = false
