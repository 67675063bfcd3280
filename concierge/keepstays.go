//go:build !foyer_forgets_tasks

package concierge

// keepsStays is true in every build but the deliberately broken one (tag
// foyer_forgets_tasks), which shows that the test that kills a box notices.
const keepsStays = true
