//go:build man

package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// extras is the command that writes the manual, for the package's build only.
func extras(root *cobra.Command) []*cobra.Command {
	return []*cobra.Command{{
		Use: "man FOLDER", Hidden: true, Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("write the manual: %w", err)
			}
			root.DisableAutoGenTag = true
			epoch := time.Unix(0, 0).UTC() // the same pages whenever they are made
			return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "foyer " + version, Manual: "foyer", Date: &epoch}, args[0])
		},
	}}
}
