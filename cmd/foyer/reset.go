package main

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foyer/box"
	"foyer/config"
	"foyer/vault"
)

var errRunning = errors.New("reset: the box is running: stop it first (systemctl stop foyer); nothing was destroyed")

func resetCommand() *cobra.Command {
	var file, yes string
	cmd := &cobra.Command{
		Use:   "reset",
		Short: "Make a stopped box what it was before it became a store's: destroy everything on it",
		Long: `Make a stopped box what it was before it became a store's. Its keys are
overwritten and removed first, so that nothing that is sealed under them opens
any more from that moment on; then everything else in its data folder, then its
identity. The configuration stays, and so does a root key that systemd gives it.

It cannot be undone. It asks for the store's name first, and says what
headquarters does not have yet: let the box run with its line up before, until
foyer status shows a backlog of 0. A copy of the disk made before still opens
with its own keys: see foyer breach-scope. On flash, cells may keep what was
overwritten; a box that leaves the company should be shredded.

Headquarters still knows the box: foyer-hq enroll-code STORE --replace.`,
		Example: "  systemctl stop foyer && sudo -u foyer foyer reset\n  foyer reset --yes store-014   # without asking",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load(file)
			if err != nil {
				return explain(err)
			}
			if err := box.Ours(c); err != nil {
				return fmt.Errorf("reset: %w", err)
			}
			in := box.Inputs{Config: c, Version: version, Now: time.Now, Log: newLog(cmd.ErrOrStderr(), c.Log)}
			n, err := box.Unsent(in)
			switch {
			case errors.Is(err, vault.ErrLocked):
				return errRunning
			case err != nil:
				cmd.PrintErrf("It cannot be said what headquarters does not have: %v\n", err)
			case n > 0:
				cmd.PrintErrf("Headquarters does not have %d events of this box. They would be lost.\n", n)
			}
			if yes == "" {
				cmd.PrintErrf("Everything in %s and %s will be destroyed. To do it, type the store's name, %s: ", c.Data, c.Identity, c.Store.ID)
				line, _ := bufio.NewReader(cmd.InOrStdin()).ReadString('\n') // nothing typed is no
				yes = strings.TrimSpace(line)
			}
			if yes != c.Store.ID {
				return fmt.Errorf("reset: %q is not this store's name (%s): nothing was destroyed", yes, c.Store.ID)
			}
			if err := box.Reset(in); errors.Is(err, vault.ErrLocked) { // one without headquarters says it only here
				return errRunning
			} else if err != nil {
				return fmt.Errorf("reset: %w; do it again", err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "Destroyed: this is no store's box any more. To make it one: foyer enroll\n")
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "config", defaultConfig, "the box's configuration `file`")
	cmd.Flags().StringVar(&yes, "yes", "", "the `store`'s name, instead of being asked for it")
	return cmd
}
