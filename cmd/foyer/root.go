package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"foyer/cmd/usage"
)

// version is set by the build (-X main.version=…).
var version = "dev"

// run is the whole program below main: a test can call it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	root := &cobra.Command{
		Use:   "foyer",
		Short: "The box that brings the right associate to the arriving customer, with discretion",
		Long: `foyer reads what the access points of a store hear, locates the phones of
customers who opted in, and tells the right associate, as much as she may know.
It works with the line to headquarters down.

Begin with a whole made-up store on this machine:

  foyer demo

Then look at a configuration, and run a box with it:

  foyer check /etc/foyer/foyer.yaml
  foyer run --config /etc/foyer/foyer.yaml`,
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.AddCommand(enrollCommand(), setupCommand(), resetCommand())
	root.AddCommand(runCommand(), mdnsCommand(), demoCommand(), checkCommand(), statusCommand(), pairCommand(),
		benchCommand(), replayCommand(), surveyCommand(), policyCommand(), ledgerCommand(), doctorCommand(), simulateCommand(), taskCommand(),
		eraseCommand(), exportCommand(), ropaCommand(), breachCommand(), socketsCommand(), firewallCommand(), updateCommand())
	root.AddCommand(extras(root)...)
	return usage.Run(ctx, root)
}

// required has a command want flags that it was just given.
func required(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		_ = cmd.MarkFlagRequired(name) // there is one of that name
	}
}
