// Package profile hides everything the box knows about a customer: what she
// stated, her purchases, the notes about her, her consents and the invitations
// that brought her here, in profiles.db, sealed under a key of her own.
//
// It never holds contact data, payment, addresses, browsing or spending (the
// types have no room for them), drops purchases of the special category when
// they arrive, and never lets a withdrawn consent come back by a stale
// message. What leaves it is for the concierge alone; nothing here prints what
// it holds.
package profile
