//go:build !foyer_offers_browsers

package routing

// offersBrowsers is false in every build but the deliberately broken one
// (tag foyer_offers_browsers), which shows that the demo's scorer notices.
const offersBrowsers = false
