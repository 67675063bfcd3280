// Package floor is foyer's language: the words every other package speaks,
// and the plan of the sales floor. It hides nothing and does nothing; it
// imports only the standard library, so that it can be read first.
//
// Frame: every coordinate is in metres from the upper left corner of the
// drawing, x to the right, y downwards, one frame per level. Power is in dBm,
// attenuation in dB, time is an absolute instant.
//
// Values that stand for people (Customer, AssociateID) and for radios (Phone)
// have unexported fields, an invalid zero value, and never print what they
// hold; Ref is the one way to the text inside, so that a reader can find every
// place where it leaves.
package floor
