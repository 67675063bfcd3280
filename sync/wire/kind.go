package wire

import (
	"strings"
)

// A Kind is what a message is about together with its direction, written as
// the end of its topic, for example "down/roster".
type Kind string

// What headquarters sends and the broker retains: the newest document of its
// kind replaces the one before.
const (
	DownConfig      Kind = "down/config"
	DownPolicy      Kind = "down/policy"
	DownShadow      Kind = "down/shadow"
	DownPlan        Kind = "down/plan"
	DownContent     Kind = "down/content"
	DownNotice      Kind = "down/notice"
	DownGuidance    Kind = "down/guidance"
	DownRevocations Kind = "down/revocations"
	DownFirmware    Kind = "down/firmware"
	DownRoster      Kind = "down/roster"
	DownSchedule    Kind = "down/schedule"
)

// What headquarters sends about one person or one thing: sealed, never
// retained, and but for the last three in the order of its revisions.
const (
	DownProfile     Kind = "down/profile"
	DownConsent     Kind = "down/consent"
	DownErase       Kind = "down/erase"
	DownGeofence    Kind = "down/geofence"
	DownInvitation  Kind = "down/invitation"
	DownCertificate Kind = "down/certificate"
	DownKeyshare    Kind = "down/keyshare"
	DownSnapshot    Kind = "down/snapshot"
	DownAck         Kind = "down/ack"
)

// What a box sends: sealed events, and its state, which is retained.
const (
	UpVisit       Kind = "up/visit"
	UpOffer       Kind = "up/offer"
	UpConsent     Kind = "up/consent"
	UpErase       Kind = "up/erase"
	UpNote        Kind = "up/note"
	UpCorrection  Kind = "up/correction"
	UpAccess      Kind = "up/access"
	UpAppointment Kind = "up/appointment"
	UpFeedback    Kind = "up/feedback"
	UpRota        Kind = "up/rota"
	UpPlan        Kind = "up/plan"
	UpShadow      Kind = "up/shadow"
	UpApplied     Kind = "up/applied"
	UpRejected    Kind = "up/rejected"
	UpResync      Kind = "up/resync"
	UpCSR         Kind = "up/csr"
	UpState       Kind = "up/state"
)

// A Priority orders events in the outbox, the most urgent first. Under a full
// disk the least urgent go first.
type Priority uint8

// The priorities of events.
const (
	Urgent   Priority = iota // withdrawals, corrections and erasures; never dropped
	Prompt                   // what headquarters waits for
	Ordinary                 // the day's business
)

// Properties are what the protocol fixes for every message of a kind.
type Properties struct {
	Retained bool     // the broker keeps the last one
	Sealed   bool     // encrypted to its receiver after signing
	Ordered  bool     // down: applied in the order of revisions, a gap asks for a resync
	Priority Priority // up: the class in the outbox
	Limit    int      // the largest payload in bytes
}

const (
	small    = 64 << 10
	document = 1 << 20
	bulk     = 4 << 20
)

// Kinds returns every kind that travels on the line, what headquarters sends
// first.
func Kinds() []Kind {
	return []Kind{
		DownConfig, DownPolicy, DownShadow, DownPlan, DownContent, DownNotice, DownGuidance,
		DownRevocations, DownFirmware, DownRoster, DownSchedule,
		DownProfile, DownConsent, DownErase, DownGeofence,
		DownInvitation, DownCertificate, DownKeyshare, DownSnapshot, DownAck,
		UpVisit, UpOffer, UpConsent, UpErase, UpNote, UpCorrection, UpAccess, UpAppointment,
		UpFeedback, UpRota, UpPlan, UpShadow, UpApplied, UpRejected, UpResync, UpCSR, UpState,
	}
}

// Of returns what the protocol fixes for k; the zero value for an unknown one.
func (k Kind) Of() Properties {
	switch k {
	case DownConfig, DownFirmware:
		return Properties{Retained: true, Limit: small}
	case DownPolicy, DownShadow, DownContent, DownNotice, DownGuidance, DownRevocations:
		return Properties{Retained: true, Limit: document}
	case DownPlan:
		return Properties{Retained: true, Limit: bulk}
	case DownRoster, DownSchedule:
		return Properties{Retained: true, Sealed: true, Limit: document}
	case DownProfile:
		return Properties{Sealed: true, Ordered: true, Limit: document}
	case DownConsent, DownErase, DownGeofence, DownInvitation, DownCertificate:
		return Properties{Sealed: true, Ordered: true, Limit: small}
	case DownSnapshot:
		return Properties{Sealed: true, Limit: document}
	case DownAck, DownKeyshare:
		return Properties{Sealed: true, Limit: small}
	case UpConsent, UpErase, UpCorrection:
		return Properties{Sealed: true, Priority: Urgent, Limit: small}
	case UpAccess, UpAppointment, UpRota, UpShadow, UpApplied, UpRejected, UpResync, UpCSR:
		return Properties{Sealed: true, Priority: Prompt, Limit: small}
	case UpPlan:
		return Properties{Sealed: true, Priority: Prompt, Limit: bulk}
	case UpVisit, UpOffer, UpNote, UpFeedback:
		return Properties{Sealed: true, Priority: Ordinary, Limit: small}
	case UpState:
		return Properties{Retained: true, Sealed: true, Limit: small}
	case UpMany:
		return Properties{Sealed: true, Priority: Ordinary, Limit: bulk}
	case CheckIn:
		return Properties{Limit: 1 << 10}
	}
	return Properties{}
}

// Valid reports whether k is a kind of the protocol.
func (k Kind) Valid() bool { return k.Of().Limit > 0 }

// Down reports whether headquarters sends k.
func (k Kind) Down() bool { return strings.HasPrefix(string(k), "down/") }

// Name returns the kind without its direction, for example "roster".
func (k Kind) Name() string {
	_, name, _ := strings.Cut(string(k), "/")
	return name
}
