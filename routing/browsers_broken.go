//go:build foyer_offers_browsers

package routing

// offersBrowsers breaks the guard of customers who want to look around.
const offersBrowsers = true
