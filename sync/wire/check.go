package wire

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"foyer/floor"
)

// maxItems bounds every list, maxText every text in bytes.
const (
	maxItems = 4096
	maxText  = 4000
)

// place turns an error of the JSON decoder into one that says where, and never
// what stood there.
func place(err error) error {
	var t *json.UnmarshalTypeError
	var s *json.SyntaxError
	switch {
	case errors.As(err, &t) && t.Field != "":
		return fmt.Errorf("field %s: not a %s", t.Field, t.Type)
	case errors.As(err, &t):
		return fmt.Errorf("byte %d: not a %s", t.Offset, t.Type)
	case errors.As(err, &s):
		return fmt.Errorf("byte %d: not JSON", s.Offset)
	case errors.Is(err, errEvent):
		return errEvent
	}
	return errors.New("a field does not have the form of its type, perhaps a time: want RFC 3339")
}

// rules collects the first thing that is wrong in a payload, with its place.
type rules struct{ err error }

func (r *rules) fail(at, format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%s: "+format, append([]any{at}, args...)...)
	}
}

func (r *rules) id(at, s string) {
	if _, err := floor.ParseAssociate(s); err != nil {
		r.fail(at, "%w", floor.ErrID)
	}
}

func (r *rules) optional(at, s string) {
	if s != "" {
		r.id(at, s)
	}
}

func (r *rules) ids(at string, list []string) {
	r.count(at, len(list))
	for i, s := range list {
		r.id(fmt.Sprintf("%s[%d]", at, i), s)
	}
}

func (r *rules) oneOf(at, s string, want ...string) {
	if !slices.Contains(want, s) {
		r.fail(at, "want one of %s", strings.Join(want, ", "))
	}
}

// oneOfOrNone is oneOf for a field that may be absent.
func (r *rules) oneOfOrNone(at, s string, want ...string) {
	if s != "" {
		r.oneOf(at, s, want...)
	}
}

func (r *rules) text(at, s string) {
	if s == "" {
		r.fail(at, "missing")
	}
	r.short(at, s)
}

func (r *rules) short(at, s string) {
	if len(s) > maxText {
		r.fail(at, "%d bytes, at most %d", len(s), maxText)
	}
}

func (r *rules) texts(at string, list []string) {
	r.count(at, len(list))
	for i, s := range list {
		r.text(fmt.Sprintf("%s[%d]", at, i), s)
	}
}

func (r *rules) count(at string, n int) {
	if n > maxItems {
		r.fail(at, "%d entries, at most %d", n, maxItems)
	}
}

func (r *rules) time(at string, t time.Time) {
	if t.IsZero() {
		r.fail(at, "missing: want a time as RFC 3339")
	}
}

func (r *rules) span(at string, from, to time.Time) {
	r.time(at+".from", from)
	r.time(at+".to", to)
	if !to.After(from) {
		r.fail(at, "ends before it begins")
	}
}

func (r *rules) sha256(at, s string) {
	if b, err := hex.DecodeString(s); err != nil || len(b) != 32 || strings.ToLower(s) != s {
		r.fail(at, "want 64 lower-case hexadecimal digits")
	}
}

func (r *rules) positive(at string, n uint64) {
	if n == 0 {
		r.fail(at, "want at least 1")
	}
}
