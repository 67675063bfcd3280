package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The standard decoder takes unknown and repeated keys without a word, and
// names no place; a table that decides about people deserves better.

// refuse makes the one kind of error a table is refused with.
func refuse(place, format string, args ...any) error {
	return fmt.Errorf("%w: %s: %w", ErrTable, place, fmt.Errorf(format, args...))
}

func first(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// object splits an object into its members. A key that is repeated, or not
// among known (if there are any), is refused.
func object(place string, raw json.RawMessage, known ...string) (map[string]json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, refuse(place, "want an object")
	}
	out := make(map[string]json.RawMessage)
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, refuse(place, "%w", err)
		}
		key, _ := token.(string)
		if len(known) > 0 && !slices.Contains(known, key) {
			return nil, refuse(place, "unknown field %q, want one of %s", key, strings.Join(known, ", "))
		}
		if _, twice := out[key]; twice {
			return nil, refuse(place, "field %q twice", key)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, refuse(place+"."+key, "%w", err)
		}
		out[key] = value
	}
	return out, nil
}

// text reads a string; a required one must not be empty.
func text(place string, raw json.RawMessage, required bool) (string, error) {
	if raw == nil && !required {
		return "", nil
	}
	var s *string
	if err := json.Unmarshal(raw, &s); raw == nil || err != nil || s == nil || (required && *s == "") {
		return "", refuse(place, "want a text")
	}
	return *s, nil
}

func exactly(place string, raw json.RawMessage, want string) error {
	got, err := text(place, raw, true)
	if err == nil && got != want {
		err = refuse(place, "%q, want %q", got, want)
	}
	return err
}

func texts(place string, raw json.RawMessage) ([]string, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); raw == nil || err != nil {
		return nil, refuse(place, "want a list of texts")
	}
	out := make([]string, len(items))
	for i, item := range items {
		var err error
		if out[i], err = text(fmt.Sprintf("%s[%d]", place, i), item, true); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func word[T ~uint8](place, field string, names []string, raw json.RawMessage) (T, error) {
	place += "." + field
	s, err := text(place, raw, true)
	if err != nil {
		return 0, err
	}
	v, err := parse[T](field, names, s)
	if err != nil {
		return 0, refuse(place, "%w", err)
	}
	return v, nil
}

// values reads a list of a dimension's words as bits.
func values(place string, raw json.RawMessage, dim dimension) (uint8, error) {
	list, err := texts(place, raw)
	if err != nil {
		return 0, err
	}
	if len(list) == 0 {
		return 0, refuse(place, "an empty list matches nothing; leave the field out for any")
	}
	var bits uint8
	for i, s := range list {
		at := fmt.Sprintf("%s[%d]", place, i)
		v, err := parse[uint8](dim.name, dim.values, s)
		if err != nil {
			return 0, refuse(at, "%w", err)
		}
		if bits&(1<<v) != 0 {
			return 0, refuse(at, "%q twice", s)
		}
		bits |= 1 << v
	}
	return bits, nil
}

// obligations reads a list of obligations. An unknown one refuses the table,
// for whoever cannot honour an obligation must not show the item.
func obligations(place string, raw json.RawMessage) (Obligations, error) {
	if raw == nil {
		return 0, nil
	}
	list, err := texts(place, raw)
	if err != nil {
		return 0, err
	}
	names := []string{"log", "ttl", "no_lockscreen", "aggregate", "until_greeted"}
	var set Obligations
	for i, s := range list {
		bit := slices.Index(names, s)
		if bit < 0 {
			return 0, refuse(fmt.Sprintf("%s[%d]", place, i), "unknown obligation %q, want one of %s", s, strings.Join(names, ", "))
		}
		set |= 1 << bit
	}
	return set, nil
}

// days reads a duration, "14d" or as Go writes it, between lo and hi.
func days(place string, raw json.RawMessage, otherwise, lo, hi time.Duration) (time.Duration, error) {
	if raw == nil {
		return otherwise, nil
	}
	s, err := text(place, raw, true)
	if err != nil {
		return 0, err
	}
	d, err := time.ParseDuration(s)
	if n, isDays := strings.CutSuffix(s, "d"); isDays {
		var k int
		k, err = strconv.Atoi(n)
		d = time.Duration(min(max(k, -1), 36500)) * day
	}
	if err != nil || d < lo || d > hi {
		return 0, refuse(place, "%q, want %dd to %dd, for example \"14d\"", s, lo/day, hi/day)
	}
	return d, nil
}

func dimensionNames() []string {
	var names []string
	for _, d := range domain() {
		names = append(names, d.name)
	}
	return names
}
