package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"foyer/config"
	"foyer/locator/survey"
	"foyer/rehearsal"
)

// demoFlags are the flags of foyer demo.
type demoFlags struct {
	length  time.Duration
	asJSON  bool
	speed   float64
	seed    uint64
	survey  string
	keep    string
	mdns    bool
	verbose bool
}

func demoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Open a whole made-up store on this machine",
		Long: `Open a store on this machine, without any other program: headquarters and its
broker, the box, access points, associates, and customers who walk the floor
with phones in their pockets. One customer and her associate are yours.

The people use the public pages, the phones are heard by the sensor listener,
headquarters speaks MQTT. The radio world has walls, shadows, bodies and phones
that differ; the floor is surveyed by a made-up walk before the store opens
(--survey none: only the places of the access points are known).

With --json the store's clock begins at 10:00 on a working day and runs 60
times faster, one JSON object is printed per event, and the exit code says
whether the whole chain happened and nobody who wanted to look around was
offered to anybody.`,
		Example: "  foyer demo\n  foyer demo --for 20s --json --seed 7",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("seed") {
				f.seed = rand.Uint64N(1 << 32)
			}
			if !cmd.Flags().Changed("speed") && f.asJSON {
				f.speed = 60
			}
			return f.demo(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	fl := cmd.Flags()
	fl.DurationVar(&f.length, "for", 0, "how long to keep the store open, by the wall clock (0: until interrupted; with --json 20s)")
	fl.BoolVar(&f.asJSON, "json", false, "print one JSON object per event and a summary; nothing is left to a visitor")
	fl.Float64Var(&f.speed, "speed", 1, "how fast the store's clock runs (with --json 60)")
	fl.Uint64Var(&f.seed, "seed", 0, "the made-up world and people (random by default, and printed)")
	fl.StringVar(&f.survey, "survey", string(survey.Full), "what the locator is given: full (a surveyed floor) or none")
	fl.StringVar(&f.keep, "keep", "", "`FOLDER` to keep the store's files in, a new or an empty one (default: a temporary one, removed at the end)")
	fl.BoolVar(&f.mdns, "mdns", false, "make the store found on the LAN, too")
	fl.BoolVar(&f.verbose, "verbose", false, "show the store's log")
	return cmd
}

func (f *demoFlags) demo(ctx context.Context, stdout, stderr io.Writer) error {
	switch {
	case f.length < 0:
		return fmt.Errorf("--for %v: want a time such as 20s, or 0 to stay open until interrupted", f.length)
	case !(f.speed > 0):
		return fmt.Errorf("--speed %v: want more than 0; 1 is as fast as the wall clock", f.speed)
	case f.survey != string(survey.Full) && f.survey != string(survey.None):
		return fmt.Errorf("--survey %q: want full or none", f.survey)
	}
	dir, done, err := f.folder()
	if err != nil {
		return err
	}
	defer done()
	s := rehearsal.Script{Seed: f.seed, Speed: f.speed, For: f.length, Dir: dir, Survey: survey.Mode(f.survey), MDNS: f.mdns}
	if f.verbose {
		s.Log = newLog(stderr, config.Log{})
	}
	if f.asJSON {
		return f.json(ctx, s, stdout)
	}
	return f.visit(ctx, s, stdout)
}

func (f *demoFlags) folder() (string, func(), error) {
	if f.keep != "" {
		return f.keep, func() {}, os.MkdirAll(f.keep, 0o700)
	}
	dir, err := os.MkdirTemp("", "foyer-demo-")
	return dir, func() { os.RemoveAll(dir) }, err
}

// json plays a day for a program to read.
func (f *demoFlags) json(ctx context.Context, s rehearsal.Script, stdout io.Writer) error {
	if s.For == 0 {
		s.For = 20 * time.Second
	}
	var mu sync.Mutex
	enc := json.NewEncoder(stdout)
	s.Event = func(e rehearsal.Event) {
		mu.Lock()
		defer mu.Unlock()
		_ = enc.Encode(e)
	}
	sum, err := rehearsal.Run(ctx, s)
	if err != nil {
		return err
	}
	err = enc.Encode(struct {
		Event  string `json:"event"`
		Survey string `json:"survey"`
		rehearsal.Summary
	}{"summary", string(s.Survey), sum})
	if err != nil {
		return err
	}
	return sum.Check()
}

// visit opens the store for the person at the keyboard.
func (f *demoFlags) visit(ctx context.Context, s rehearsal.Script, stdout io.Writer) error {
	fmt.Fprintf(stdout, "Opening a made-up store (seed %d, survey %s); this takes a few seconds.\n", f.seed, f.survey)
	s.Visitor = true
	s.Guest, s.Staff = "127.0.0.1:8444", "127.0.0.1:8443"
	s.Sensors, s.SensorsMQTT = "127.0.0.1:8445", "127.0.0.1:8883"
	var open atomic.Bool
	s.Opened = func(d rehearsal.Doors) {
		fmt.Fprint(stdout, welcome(d))
		open.Store(true)
	}
	s.Event = func(e rehearsal.Event) {
		if open.Load() { // before that headquarters only hears that its documents have come
			fmt.Fprintln(stdout, sentence(e))
		}
	}
	sum, err := rehearsal.Run(ctx, s)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\nClosed: %d visits announced, %d offers, %d cards, %d strangers' reports dropped, median error %.1f m.\n",
		sum.Visits, sum.Offers, sum.Cards, sum.DroppedStrangers, sum.MedianError)
	return nil
}

func welcome(d rehearsal.Doors) string {
	return fmt.Sprintf(`
The store is open. Two pages are yours, each in a window of its own:

  %s, an associate   %s
      pair this browser by the link, choose the PIN %s, and sign on as %s
  %s, a customer  %s?code=%s
      her phone is walking the floor; tell %s that she is here, and see her page

Both certificates are signed by the made-up chain's own authority:
  %s
Trust it in this browser only for the demonstration (or accept the warning,
which no real customer is ever asked to do). With curl: --cacert FILE.

  foyer status --socket %s

Ctrl-C closes the store.

`, d.Associate, d.Pair, d.PIN, d.Associate, d.Customer, d.Guest, d.Code, d.Associate, d.Authority, d.Admin)
}

// sentence is an event in words, without anybody in it.
func sentence(e rehearsal.Event) string {
	words := map[string]string{
		"visit.announced": "A customer let her associates know that she is here.",
		"offer.created":   "An associate is asked to go.",
		"offer.accepted":  "She is on her way.",
		"card.shown":      "A card was shown, as far as her relation allows.",
		"visit.ended":     "A visit has ended.",
		"hq.acked":        "Headquarters has it.",
	}
	text := words[e.Kind]
	if e.Kind == "visit.announced" && e.Style == "let_me_browse" {
		text = "A customer let her associates know, and wants to look around."
	}
	return e.At.Format("15:04:05") + "  " + text
}
