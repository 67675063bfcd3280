//go:build foyer_ackearly

package vault

// ackEarly: see the other build.
const ackEarly = true
