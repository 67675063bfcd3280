package wire

import "errors"

// What can be wrong with a message. A receiver refuses each of them.
var (
	// ErrMalformed means that the bytes are not in the form of the protocol.
	ErrMalformed = errors.New("malformed")
	// ErrVersion means that a newer protocol was spoken; update the receiver.
	ErrVersion = errors.New("unknown protocol version")
	// ErrSize means that a message is larger than its kind allows.
	ErrSize = errors.New("too large")
	// ErrSignature means that no known key of the sender signed the message.
	ErrSignature = errors.New("not signed by the expected sender")
	// ErrSealed means that the message was not sealed to this receiver, or
	// was altered, or arrived under another topic than its own.
	ErrSealed = errors.New("not sealed to this receiver for this topic")
	// ErrForeign means that an authentic message was meant for another chain,
	// store or kind.
	ErrForeign = errors.New("meant for somebody else")
	// ErrEarly means that the message is not valid yet, or the clock is slow.
	ErrEarly = errors.New("not valid yet")
	// ErrExpired means that the message is not valid any more.
	ErrExpired = errors.New("expired")
	// ErrReplay means that something newer was accepted before.
	ErrReplay = errors.New("older than what was accepted before")
	// ErrPayload means that a payload does not have the form of its kind.
	ErrPayload = errors.New("bad payload")
)

// Cause names what was wrong with a message in words that can be counted: one of the
// errors above, or "rejected".
func Cause(err error) string {
	for _, e := range []error{ErrSignature, ErrSealed, ErrForeign, ErrReplay, ErrExpired, ErrEarly, ErrVersion, ErrSize, ErrPayload, ErrMalformed, ErrRevoked} {
		if errors.Is(err, e) {
			return e.Error()
		}
	}
	return "rejected"
}
