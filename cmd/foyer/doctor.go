package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"foyer/box/doctor"
	"foyer/config"
)

// errUnwell ends foyer doctor with an exit code that scripts can read.
var errUnwell = errors.New("something needs to be mended: see above")

func doctorCommand() *cobra.Command {
	var file string
	var b bundle
	var network, phone, asJSON bool
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "doctor --network",
		Short: "Say what is wrong around a box, and how to cure it",
		Long: `Examine the store's network as a box sees it: whether guests can reach it and
its name leads here, whether their phones are seen as themselves and not as a
router, whether the clock is kept, and the way to headquarters, step by step.

With --phone, open a page for a moment and wait for a phone: join the guests'
Wi-Fi with it and open the address that is shown. This is the one way to know
that client isolation and firewalls let guests through.

With --bundle, pack what support needs (figures, warnings, these findings; nothing
about people, no hardware addresses) into a file that only support can open.

It changes nothing and may run beside the box. The exit code is 1 if something
must be mended.`,
		Example: `  foyer doctor --network
  foyer doctor --network --phone --wait 2m
  foyer doctor --bundle store-014.age --to age1support…
  foyer doctor --network --json | jq 'select(.verdict=="bad")'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !network && b.file == "" {
				return errors.New("say what to examine: --network, or --bundle FILE for support")
			}
			c, err := config.Load(file)
			if err != nil {
				return explain(err)
			}
			if b.file != "" {
				return b.make(cmd, c)
			}
			tell := teller(cmd.OutOrStdout(), asJSON)
			worst := doctor.Network(cmd.Context(), c, tell)
			if phone {
				f := tryPhone(cmd.Context(), c, wait, cmd.ErrOrStderr())
				tell(f)
				worst = max(worst, f.Verdict)
			}
			if worst == doctor.Bad {
				return errUnwell
			}
			return nil
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&file, "config", defaultConfig, "the box's configuration `FILE`")
	b.flags(cmd)
	fl.BoolVar(&network, "network", false, "examine the network")
	fl.BoolVar(&phone, "phone", false, "also wait for a phone on the guests' Wi-Fi")
	fl.DurationVar(&wait, "wait", time.Minute, "how long to wait for the phone")
	fl.BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

func tryPhone(ctx context.Context, c *config.Config, wait time.Duration, say io.Writer) doctor.Finding {
	ctx, done := context.WithTimeout(ctx, wait)
	defer done()
	return doctor.Phone(ctx, c, func(url string) {
		fmt.Fprintf(say, "Join the guests' Wi-Fi with a phone and open %s (waiting %v)\n", url, wait)
	})
}

// teller prints findings for people or for programs.
func teller(w io.Writer, asJSON bool) func(doctor.Finding) {
	if asJSON {
		return func(f doctor.Finding) {
			line, err := json.Marshal(f)
			if err == nil {
				fmt.Fprintln(w, string(line))
			}
		}
	}
	marks := map[doctor.Verdict]string{doctor.Good: "ok", doctor.Unknown: "?", doctor.Watch: "watch", doctor.Bad: "BAD"}
	return func(f doctor.Finding) {
		fmt.Fprintf(w, "%-6s %-20s %s\n", marks[f.Verdict], f.Name, f.Text)
		if f.Cure != "" {
			fmt.Fprintf(w, "%-27s %s\n", "", f.Cure)
		}
	}
}
