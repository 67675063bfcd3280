// Package enrol is how a new box becomes a store's box: what it asks
// headquarters' door and what it is answered, and the identity folder that both
// become. It hides that folder until it is whole: keys are made beside it, and
// it takes its name when everything in it holds.
//
// A box's private keys are made on it and never leave it. It believes nobody
// whom the fingerprint does not name, and the fingerprint is brought to it by
// another way than the network.
package enrol

import "errors"

// Path is where headquarters' door takes a Request by POST.
const Path = "/v1/enrolments"

// MaxBody is the largest request or answer in bytes.
const MaxBody = 64 << 10

// What keeps a box from becoming a store's.
var (
	// ErrIdentity means that the box is a store's box already.
	ErrIdentity = errors.New("this box is a store's box already")
	// ErrFingerprint means that whoever answered is not the headquarters that the
	// fingerprint names.
	ErrFingerprint = errors.New("not the headquarters that the fingerprint names")
	// ErrRequest means that a request is not one a box makes.
	ErrRequest = errors.New("not a box's request")
)
