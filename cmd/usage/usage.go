// Package usage has a program that was called wrongly say how it is called. It
// hides cobra's answer to that, which counts arguments and names none, and takes
// a misspelt command of a group for a wish for help.
package usage

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// Run runs a program. An error in how it was called comes with how it is called;
// one of what it was called for is returned as it is.
func Run(ctx context.Context, root *cobra.Command) error {
	began := false
	each(root, func(c *cobra.Command) {
		if run := c.RunE; run != nil {
			c.RunE = func(c *cobra.Command, args []string) error { began = true; return run(c, args) }
		} else if c.HasParent() && c.HasSubCommands() {
			group(c)
		}
	})
	c, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil || began:
		return err
	case c.HasSubCommands():
		return fmt.Errorf("%w\n%s --help lists the commands", err, c.CommandPath())
	}
	return fmt.Errorf("%w\nusage: %s\n%s --help says more", err, c.UseLine(), c.CommandPath())
}

func each(c *cobra.Command, f func(*cobra.Command)) {
	f(c)
	for _, sub := range c.Commands() {
		each(sub, f)
	}
}

// group has a command that only holds others refuse what is none of them.
func group(c *cobra.Command) {
	c.DisableFlagsInUseLine = true
	c.SuggestionsMinimumDistance = 2
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		hint := ""
		if like := c.SuggestionsFor(args[0]); len(like) > 0 {
			hint = "; is it " + strings.Join(like, " or ") + "?"
		}
		return fmt.Errorf("no command %q in %s%s", args[0], c.CommandPath(), hint)
	}
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
}
