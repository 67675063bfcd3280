// Package vault hides bbolt: how foyer's files survive crashes, full disks and
// damage, how large they may grow, what they may hold and for how long, and
// under which keys their values are sealed. Each owner keeps one file of its
// own through it; nobody else imports bbolt.
//
// A KeyRing holds one data key for each subject (a customer, or a part of the
// box). Destroying that key is what erasure rests on, because neither bbolt
// nor flash memory forgets a deleted value (reference: crypto-shredding).
//
// The package never starts an irreplaceable file empty unless it is told to,
// never hands out memory that bbolt owns, never does network I/O, and never
// logs a key, a value or a subject.
package vault
