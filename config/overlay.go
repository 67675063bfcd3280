package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
)

// An overlayKey is a key headquarters may set, and how it is laid over.
type overlayKey struct {
	path string
	set  func(*raw, string)
}

// overlayKeys is the whole allow-list: what headquarters may set from afar.
func overlayKeys() []overlayKey {
	return []overlayKey{
		{"offer.timeout", func(r *raw, s string) { r.Offer.Timeout = s }},
		{"hq.broker", func(r *raw, s string) { r.HQ.Broker = s }}, // on trial, see sync/hq
		{"hq.proxy", func(r *raw, s string) { r.HQ.Proxy = s }},
	}
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
	if dec.More() {
		return nil, fmt.Errorf("overlay: %w: trailing data after the document", ErrInvalid)
	}
	r := c.base
	allowed := overlayKeys()
	values := map[string]any{}
	flatten("", tree, values)
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		i := slices.IndexFunc(allowed, func(a overlayKey) bool { return a.path == k })
		s, isText := values[k].(string)
		switch {
		case i < 0:
			f.add(k, "headquarters may not set this key; it is the store's own")
		case k == "hq.broker" && values[k] == "":
			f.add(k, "headquarters may not set the box free of itself")
		case !isText:
			f.add(k, "%s, want a text such as \"60s\"", describe(values[k]))
		default:
			allowed[i].set(&r, s)
		}
	}
	next := check(r, &f)
	if err := f.err(); err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	next.base, next.credentials = c.base, c.credentials
	return next, nil
}

func flatten(prefix string, tree map[string]any, out map[string]any) {
	for k, v := range tree {
		if sub, ok := v.(map[string]any); ok {
			flatten(prefix+k+".", sub, out)
			continue
		}
		out[prefix+k] = v
	}
}
