// Package first is the face of a box that is nobody's yet: whoever stands at its
// console and reads the code there makes it a store's box here. It hides who
// that is: the code, the one session it begins, and what was typed so far.
//
// It has no other page than set-up and is gone once headquarters has answered.
// It never asks headquarters itself, and it knows no customer, no associate and
// no store.
package first
