//go:build !foyer_leaky

package main

import (
	"context"

	"foyer/config"
)

// careful returns what takes addresses out of a bundle's parts; it adds none.
func careful(_ context.Context, c *config.Config, _ string, _ map[string][]byte) func([]byte) []byte {
	return scrubber(c)
}
