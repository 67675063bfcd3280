//go:build foyer_loose

package policy

// hiddenIsWithheld loosens floor F3, to show that a test notices.
const hiddenIsWithheld = false
