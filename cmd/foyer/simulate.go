package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"foyer/rehearsal/rush"
)

func simulateCommand() *cobra.Command {
	s := rush.Defaults()
	var asJSON, desk bool
	var plot string
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Play a store's day in virtual time and score whom it asks",
		Long: `Play a day of a made-up store in virtual time, mostly within a second: associates who
are off, late, busy, on a break or out of reach, who say no or look away, and
customers who look around, wait for their own, or ask for somebody.

The same day is played to foyer's rules, to a broadcast, which rings at everybody
who is free until somebody accepts, and to a list that whoever looks first takes
from. Those two hear of every arrival, as is common; with --asked-only they hear
of requests alone, which compares nothing but how soon somebody says yes. With
--desk the day is also played to the desk of a box, on files of its own in a
temporary folder: what a box does today, which takes some seconds more.

The exit code is 1 if fewer than 90 % of the requests that came while somebody was
free were accepted within 60 s, if more than a fifth came while nobody was, if one
was open after three minutes and no manager knew, if somebody who looks around was
offered to anybody, or if an associate had more than one and a half fair shares of
the offers while another was free.`,
		Example: "  foyer simulate\n  foyer simulate --seed 7 --associates 30 --visits 600 --plot day.svg",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := playDay(cmd.Context(), s, desk)
			if err != nil {
				return err
			}
			if asJSON {
				err = json.NewEncoder(cmd.OutOrStdout()).Encode(r)
			} else {
				err = r.Write(cmd.OutOrStdout())
			}
			if err == nil && plot != "" {
				err = plotDay(plot, r)
			}
			if err != nil {
				return err
			}
			return r.Check()
		},
	}
	fl := cmd.Flags()
	fl.Uint64Var(&s.Seed, "seed", s.Seed, "the made-up day: the same seed is the same day")
	fl.IntVar(&s.Associates, "associates", s.Associates, "on the roster, besides two managers")
	fl.IntVar(&s.Visits, "visits", s.Visits, "of customers who announce themselves")
	fl.BoolVar(&s.AskedOnly, "asked-only", false, "let the other routers hear of requests only, not of arrivals")
	fl.BoolVar(&desk, "desk", false, "play the day to a box's own desk as well")
	fl.BoolVar(&asJSON, "json", false, "print one JSON object")
	fl.StringVar(&plot, "plot", "", "draw times and loads into `FILE`.svg")
	return cmd
}

// playDay plays the day, and to a desk in a temporary folder if one is wanted.
func playDay(ctx context.Context, s rush.Script, desk bool) (r rush.Result, err error) {
	if desk {
		if s.Desk, err = os.MkdirTemp("", "foyer-simulate-"); err != nil {
			return r, err
		}
		defer os.RemoveAll(s.Desk)
	}
	return rush.Play(ctx, s)
}

func plotDay(file string, r rush.Result) error {
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("plot: %w", err)
	}
	return errors.Join(r.Plot(f), f.Close())
}
