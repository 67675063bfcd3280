//go:build !man

package main

import "github.com/spf13/cobra"

// extras are commands of the package's build only.
func extras(*cobra.Command) []*cobra.Command { return nil }
