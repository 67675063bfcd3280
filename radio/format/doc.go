// Package format decodes what access points, controllers and Bluetooth
// receivers of many makes report, and hides how each of them writes it: names,
// units, clocks, sentinels, and what their firmware gets wrong.
//
// A decoder is a pure function of one payload: it does no I/O, has no clock,
// keeps nothing and logs nothing. It bounds what it reads, in bytes, in depth
// and in rows, and whatever the bytes it neither panics nor makes a report
// that package report would refuse. Its errors are fixed sentences, never a
// byte of the payload: a payload holds secrets and people's addresses and names.
//
// Times follow one rule. At is on the box's clock as far as the payload
// allows: an age is subtracted from Payload.Received, a foreign clock is set
// right by Payload.Sent where the transport knows it, and a source without
// either heard the client at Received. So a transport gives the intake
// Received as the sender's clock, for every format but ndjson, or the intake
// would take an old reading for a slow clock. Every unit is told by the field,
// never guessed by size. The intake clamps what lies too far off.
//
// Only package radio may import this package: a client's address goes no
// further.
package format
