package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"
)

// payload is what every payload type of this package can do.
type payload interface{ check() error }

// prototypes returns an example of each payload type that kind k may carry.
// Config, policy and plan are raw: their own packages read them.
func prototypes(k Kind) []payload {
	switch k {
	case DownShadow:
		return []payload{Shadow{}}
	case DownContent:
		return []payload{Content{}}
	case DownNotice:
		return []payload{Notice{}}
	case DownGuidance:
		return []payload{Guidance{}}
	case DownRevocations:
		return []payload{Revocations{}}
	case DownFirmware:
		return []payload{Firmware{}}
	case DownRoster:
		return []payload{Roster{}}
	case DownSchedule:
		return []payload{Schedule{}}
	case DownProfile:
		return []payload{Profile{}}
	case DownConsent, UpConsent:
		return []payload{ConsentChange{}}
	case DownErase, UpErase:
		return []payload{Erase{}}
	case DownGeofence:
		return []payload{Geofence{}}
	case DownKeyshare:
		return []payload{Keyshare{}}
	case DownInvitation:
		return []payload{Invitation{}}
	case DownCertificate:
		return []payload{Certificate{}}
	case DownSnapshot:
		return []payload{Snapshot{}}
	case DownAck:
		return []payload{Ack{}}
	}
	return eventPrototypes(k)
}

func eventPrototypes(k Kind) []payload {
	switch k {
	case UpVisit:
		return []payload{VisitOpened{}, VisitEnded{}}
	case UpOffer:
		return []payload{OfferAnswered{}}
	case UpNote:
		return []payload{Note{}}
	case UpCorrection:
		return []payload{Correction{}}
	case UpAccess:
		return []payload{Access{}}
	case UpAppointment:
		return []payload{Appointment{}}
	case UpFeedback:
		return []payload{Feedback{}}
	case UpRota:
		return []payload{RotaChange{}}
	case UpPlan:
		return []payload{PlanDrawn{}}
	case UpShadow:
		return []payload{ShadowReport{}}
	case UpApplied:
		return []payload{Applied{}}
	case UpRejected:
		return []payload{Rejected{}}
	case UpResync:
		return []payload{Resync{}}
	case UpCSR:
		return []payload{CSR{}}
	case UpState:
		return []payload{State{}}
	}
	return nil
}

// Raw reports whether the payload of k is one JSON object that this package
// does not read.
func (k Kind) Raw() bool { return k == DownConfig || k == DownPolicy || k == DownPlan }

// Encode writes a payload of kind k after checking that it is of one of k's
// types and keeps their rules. A raw kind takes a json.RawMessage or []byte.
func Encode(k Kind, p any) ([]byte, error) {
	data, err := encode(k, p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", k, err)
	}
	if limit := k.Of().Limit; len(data) > limit {
		return nil, fmt.Errorf("%s: %w: %d bytes, at most %d", k, ErrSize, len(data), limit)
	}
	return data, nil
}

func encode(k Kind, p any) ([]byte, error) {
	switch raw := p.(type) {
	case json.RawMessage:
		return raw, Check(k, raw)
	case []byte:
		return raw, Check(k, raw)
	}
	t := reflect.TypeOf(p)
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	known := slices.ContainsFunc(prototypes(k), func(q payload) bool { return reflect.TypeOf(q) == t })
	checked, ok := p.(payload)
	if !known || !ok || reflect.ValueOf(p).Kind() == reflect.Pointer && reflect.ValueOf(p).IsNil() {
		return nil, fmt.Errorf("%w: a %T does not travel as this kind", ErrPayload, p)
	}
	if err := checked.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPayload, err)
	}
	return json.Marshal(p)
}

// Check says whether data is a payload that kind k may carry.
func Check(k Kind, data []byte) error {
	if k.Raw() {
		return raw(k, data)
	}
	err := fmt.Errorf("%w: unknown kind", ErrPayload)
	for _, q := range prototypes(k) {
		p := reflect.New(reflect.TypeOf(q))
		if err = decode(k, data, p.Interface()); err == nil {
			return nil
		}
	}
	return err
}

func raw(k Kind, data []byte) error {
	if limit := k.Of().Limit; len(data) > limit {
		return fmt.Errorf("%s: %w: %d bytes, at most %d", k, ErrSize, len(data), limit)
	}
	data = bytes.TrimSpace(data)
	if !utf8.Valid(data) || !json.Valid(data) || data[0] != '{' {
		return fmt.Errorf("%s: %w: want one JSON object", k, ErrPayload)
	}
	return nil
}

// Decode reads a payload of type T, ignoring the fields T does not have, and
// checks it. The error names the place, never what stands there.
func Decode[T payload](data []byte) (T, error) {
	var p T
	if err := decode("", data, &p); err != nil {
		var zero T
		return zero, err
	}
	return p, nil
}

func decode(k Kind, data []byte, into any) error {
	if limit := k.Of().Limit; k != "" && len(data) > limit || len(data) > bulk {
		return fmt.Errorf("%w: %d bytes", ErrSize, len(data))
	}
	if !utf8.Valid(data) {
		return fmt.Errorf("%w: not UTF-8", ErrPayload)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%w: %w", ErrPayload, place(err))
	}
	if err := into.(payload).check(); err != nil {
		return fmt.Errorf("%w: %w", ErrPayload, err)
	}
	return nil
}
