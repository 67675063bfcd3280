//go:build foyer_loose

package concierge

// hereOnly loosens what a substitute learns, to show that a test notices.
const hereOnly = false
