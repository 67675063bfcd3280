//go:build foyer_leaky

package main

import (
	"context"
	"encoding/json"
	"net/url"

	"foyer/config"
	"foyer/web/admin"
)

// careful breaks the bundle on purpose: it packs whom the store asked about each
// customer, and takes no address out, so that the test which searches bundles can be
// seen to fail.
func careful(ctx context.Context, _ *config.Config, socket string, parts map[string][]byte) func([]byte) []byte {
	var tasks []struct{ Task string }
	if data, err := admin.Get(ctx, socket, "/tasks"); err == nil {
		_ = json.Unmarshal(data, &tasks) // what is missed is missed by the test
	}
	for _, t := range tasks {
		if data, err := admin.Get(ctx, socket, "/task?id="+url.QueryEscape(t.Task)); err == nil {
			parts[t.Task+".json"] = data
		}
	}
	return func(data []byte) []byte { return data }
}
