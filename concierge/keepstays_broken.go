//go:build foyer_forgets_tasks

package concierge

const keepsStays = false
