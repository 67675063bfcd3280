//go:build !foyer_ackearly

package vault

// ackEarly makes a commit not wait for the disk. It is so only in a build that
// is broken on purpose (tag foyer_ackearly), in which the tests of power cuts
// must fail.
const ackEarly = false
