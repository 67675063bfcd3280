package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"sort"
	"strings"
)

// overlaid is the whole allow-list: what headquarters may set from afar. Of
// routing it is every key.
func overlaid() []string {
	out := []string{"offer.timeout", "offer.alone", "hq.broker", "hq.proxy"} // the broker on trial, see sync/hq
	for _, l := range leaves("routing.", reflect.ValueOf(rawRouting{})) {
		out = append(out, l.path)
	}
	return out
}

// lay sets one key, which must be a text where the file has a text, and a number
// where it has a number.
func lay(r *raw, key string, v any) (ok bool, want string) {
	for _, l := range leaves("", reflect.ValueOf(r).Elem()) {
		if l.path != key {
			continue
		}
		if l.value.Kind() == reflect.Float64 {
			n, ok := v.(float64)
			if ok {
				l.value.SetFloat(n)
			}
			return ok, "a number"
		}
		s, ok := v.(string)
		if ok {
			l.value.SetString(s)
		}
		return ok, `a text such as "60s"`
	}
	return false, "another key"
}

// Overlay returns c with headquarters' document laid over the file and the
// environment; c itself and an earlier overlay are left behind. The document
// is a JSON object such as {"offer":{"timeout":"60s"}}; any key that is not
// allowed is refused by name, and nothing of the document is then taken.
func (c *Config) Overlay(doc []byte) (*Config, error) {
	var f faults
	dec := json.NewDecoder(bytes.NewReader(doc))
	var tree map[string]any
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("overlay: %w: %w", ErrInvalid, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("overlay: %w: trailing data after the document", ErrInvalid)
	}
	r := c.base
	allowed := overlaid()
	values := map[string]any{}
	flatten("", tree, values, &f)
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		if !slices.Contains(allowed, k) {
			f.add(k, "headquarters may not set this key; it is the store's own")
		} else if k == "hq.broker" && values[k] == "" {
			f.add(k, "headquarters may not set the box free of itself")
		} else if ok, want := lay(&r, k, values[k]); !ok {
			f.add(k, "%s, want %s", describe(values[k]), want)
		}
	}
	next := check(r, &f)
	if err := f.err(); err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	next.base, next.credentials = c.base, c.credentials
	return next, nil
}

// flatten gives every key by its path. One with a dot in it could be another's
// path, and which of the two held would be chance.
func flatten(prefix string, tree, out map[string]any, f *faults) {
	for _, k := range slices.Sorted(maps.Keys(tree)) { // the same error every time
		v := tree[k]
		sub, section := v.(map[string]any)
		switch {
		case strings.Contains(k, "."):
			f.add(prefix+k, "write it in its section, without a dot in its name")
		case section:
			flatten(prefix+k+".", sub, out, f)
		default:
			out[prefix+k] = v
		}
	}
}
