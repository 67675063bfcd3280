// Package wire is the language between a store's box and headquarters: the
// topics, the kinds of messages with their properties, the signed envelope,
// the sealing of what is personal, and one Go type for each payload. It hides
// nothing, keeps no state and never touches a network or a clock; the same
// words in prose are sync/README.md and sync/asyncapi.yaml, which a test holds
// against this code.
//
// Payload types carry identifiers as plain text, for they are the form of the
// wire; whoever receives one turns it into floor's guarded values at once and
// logs neither. Decoding is an allow-list: a field that has no place in the
// type is ignored and therefore never stored.
package wire
