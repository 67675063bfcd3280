// Package hq is a box's link to headquarters. It hides MQTT, acknowledgement,
// backoff and outbox.db: events recorded here are on the disk when Record
// returns and are sent again until headquarters itself says that it has them;
// documents from headquarters are verified, checked, applied whole and kept as
// last good, so that a start without headquarters works.
//
// It never deletes an event because the broker took it, never applies a
// document it cannot trace to headquarters, and never lets the network hold
// up a caller.
package hq
