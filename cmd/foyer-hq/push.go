package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"foyer/floor"
	"foyer/policy"
	"foyer/sync/office"
	"foyer/sync/wire"

	"github.com/spf13/cobra"
)

// check looks at a payload before it is pushed, as closely as the box will.
func check(kind wire.Kind, data []byte) error {
	if err := wire.Check(kind, data); err != nil {
		return err
	}
	switch kind {
	case wire.DownPolicy:
		_, err := policy.Parse(data)
		return err
	case wire.DownShadow:
		w, err := wire.Decode[wire.Shadow](data)
		if err == nil && w.Table != nil {
			_, err = policy.Parse(w.Table)
		}
		return err
	case wire.DownPlan:
		_, err := floor.ParsePlan(data)
		return err
	}
	return nil
}

// kinds lists what an operator may push.
func kinds() (names []string) {
	for _, k := range wire.Kinds() {
		if p := k.Of(); k.Down() && (p.Retained || p.Ordered) {
			names = append(names, k.Name())
		}
	}
	return names
}

// reversible lists the kinds that rollback goes back to an earlier document of.
func reversible() (names []string) {
	for _, k := range wire.Kinds() {
		if office.Reversible(k) {
			names = append(names, k.Name())
		}
	}
	return names
}

func pushCommand(dir *string) *cobra.Command {
	c := &cobra.Command{
		Use:   "push KIND [FILE]",
		Short: "Check a document and give it to stores; it is sent until they say that it is in force",
		Long: `Check a document and give it to a store, to a group or to all; it is sent until
each store says that it is in force, or why not (foyer-hq fleet status). FILE is
JSON, - reads it from the standard input. The policy may go without a file: then
it is foyer's full discretion table. A refused document changes nothing in a
store; one that is regretted is taken back with foyer-hq rollback.

With --wait the command ends when every store has said so, with an error if one
has refused it.

Kinds: ` + strings.Join(kinds(), ", ") + ".",
		Example: `  foyer-hq push roster roster.json --store 014
  foyer-hq push policy --all --wait 1m
  foyer-hq push config config.json --group pilot`,
		Args: cobra.RangeArgs(1, 2),
	}
	t := targetFlags(c)
	wait := waitFlag(c)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if !slices.Contains(kinds(), args[0]) {
			return fmt.Errorf("push %s: unknown kind: want one of %s", args[0], strings.Join(kinds(), ", "))
		}
		kind := wire.Kind("down/" + args[0])
		data, err := document(cmd.InOrStdin(), kind, args[1:])
		if err != nil {
			return fmt.Errorf("push %s: %w", args[0], err)
		}
		if err := check(kind, data); err != nil {
			return fmt.Errorf("push %s: not sent: %w", args[0], err)
		}
		if *wait > 0 && !kind.Of().Retained {
			return fmt.Errorf("push %s: --wait is for documents only", args[0])
		}
		var out []office.Pushed
		if err := call(cmd.Context(), *dir, "push-to", pushToRequest{*t, kind, data}, &out); err != nil {
			return err
		}
		return pushed(cmd, *dir, args[0], out, *wait)
	}
	return c
}

func document(stdin io.Reader, kind wire.Kind, file []string) ([]byte, error) {
	switch {
	case kind == wire.DownShadow:
		return nil, errors.New("a table is tried with: foyer-hq shadow push FILE --store STORE")
	case len(file) == 0 && kind == wire.DownPolicy:
		return office.DiscretionTable(), nil
	case len(file) == 0:
		return nil, errors.New("no file given")
	case file[0] == "-":
		return io.ReadAll(stdin)
	}
	return os.ReadFile(file[0])
}

// pushBatch is how many profiles one request takes.
const pushBatch = 50

func profilesCommand(dir *string) *cobra.Command {
	c := &cobra.Command{Use: "profiles", Short: "Customers' profiles"}
	var store string
	push := &cobra.Command{
		Use:     "push FILE.ndjson",
		Short:   "Give profiles to a store: one JSON object a line",
		Example: "  foyer-hq profiles push customers.ndjson --store 014",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			lines, err := profiles(data)
			if err != nil {
				return fmt.Errorf("%s: nothing sent: %w", args[0], err)
			}
			sent := 0
			for batch := range slices.Chunk(lines, pushBatch) {
				var out pushAnswer
				if err := call(cmd.Context(), *dir, "push", pushRequest{store, wire.DownProfile, batch}, &out); err != nil {
					return fmt.Errorf("%s: after %d of %d profiles: %w", args[0], sent, len(lines), err)
				}
				sent += len(batch)
			}
			cmd.Printf("%d profiles for store %s; see: foyer-hq status\n", len(lines), store)
			return nil
		},
	}
	push.Flags().StringVar(&store, "store", "", "the store")
	required(push, "store")
	c.AddCommand(push, importCommand(dir))
	return c
}

// profiles splits a file into its profiles, all of which must be good.
func profiles(data []byte) (lines [][]byte, err error) {
	in := bufio.NewScanner(bytes.NewReader(data))
	in.Buffer(nil, wire.DownProfile.Of().Limit)
	n := 0
	for in.Scan() {
		n++
		line := bytes.TrimSpace(in.Bytes())
		if len(line) == 0 {
			continue
		}
		if err := wire.Check(wire.DownProfile, line); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		lines = append(lines, bytes.Clone(line))
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	return lines, nil
}

func inviteCommand(dir *string) *cobra.Command {
	var store, customer, link string
	var ttl time.Duration
	c := &cobra.Command{
		Use:   "invite",
		Short: "Make a code with which a customer opens her page in a store once",
		Long: `Make a code with which a customer opens her page in a store once. The code is
printed here and kept nowhere: the store gets its SHA-256.`,
		Example: "  foyer-hq invite --store 014 --customer c-1001 --link https://here.example.com",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := floor.ParseCustomer(customer); err != nil {
				return fmt.Errorf("invite: %w", err)
			}
			if ttl <= 0 {
				return errors.New("invite: --ttl must be positive, for example 720h")
			}
			var out inviteAnswer
			if err := call(cmd.Context(), *dir, "invite", inviteRequest{store, customer, ttl}, &out); err != nil {
				return err
			}
			if link == "" {
				link = "https://foyer-" + store + "-guest.local"
			}
			cmd.Printf("%s\n%s/here?code=%s\n", out.Code, strings.TrimSuffix(link, "/"), out.Code)
			return nil
		},
	}
	c.Flags().StringVar(&store, "store", "", "the store")
	c.Flags().StringVar(&customer, "customer", "", "the customer's pseudonym")
	c.Flags().DurationVar(&ttl, "ttl", 30*24*time.Hour, "how long the code may be used")
	c.Flags().StringVar(&link, "link", "", "address of the store's guest page (https://foyer-STORE-guest.local)")
	required(c, "store", "customer")
	return c
}
