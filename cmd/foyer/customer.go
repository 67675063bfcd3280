package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foyer/box"
	"foyer/concierge"
	"foyer/config"
	"foyer/web/admin"
	"foyer/web/letter"
)

// asked is where a command about one customer finds her data.
type asked struct {
	socket, file, customer string
}

func (a *asked) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.customer, "customer", "", "her pseudonym, as headquarters writes it")
	cmd.Flags().StringVar(&a.socket, "socket", defaultSocket, "the running box's admin socket")
	cmd.Flags().StringVar(&a.file, "config", "", "instead of a running box: the configuration `file` of a stopped one")
}

// ask asks the running box, or does it in the folder of a stopped one.
func (a *asked) ask(ctx context.Context, stderr io.Writer, running func(ctx context.Context, path, customer string) ([]byte, error),
	stopped func(context.Context, box.Inputs) (any, error)) ([]byte, error) {
	if a.customer == "" {
		return nil, errors.New("say who: --customer, with her pseudonym as headquarters writes it")
	}
	if a.file == "" {
		return running(ctx, a.socket, a.customer)
	}
	c, err := config.Load(a.file)
	if err != nil {
		return nil, explain(err)
	}
	v, err := stopped(ctx, box.Inputs{Config: c, Version: version, Log: newLog(stderr, c.Log)})
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func eraseCommand() *cobra.Command {
	var a asked
	var yes, asJSON bool
	cmd := &cobra.Command{
		Use:   "erase --customer PSEUDONYM --yes",
		Short: "Forget a customer: destroy what the box holds of her",
		Long: `Destroy what this box holds of a customer and every key to it, at once and with
the line to headquarters down: her profile, her words, notes about her, who
served her, where she is signed in. Cards that show her close. The ledger of who
saw what stays whole; what links it to her is cut.

This command reaches this box only. Headquarters is told, first of all that
waits; what it and the other stores hold is headquarters' to erase.

It cannot be undone. A copy of the whole disk made before, together with the root
key, still opens what it held: see foyer breach-scope. Keep the ledger's row,
its hash and the reference that are printed with her request.`,
		Example: `  foyer erase --customer c-4711 --yes
  foyer erase --customer c-4711 --yes --config /etc/foyer/foyer.yaml   # of a stopped box`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !yes {
				return errors.New("it cannot be undone: look at foyer export first, and then say --yes")
			}
			data, err := a.ask(cmd.Context(), cmd.ErrOrStderr(), admin.Erase, func(ctx context.Context, in box.Inputs) (any, error) {
				return box.Erase(ctx, in, a.customer)
			})
			if err != nil {
				return err
			}
			return printErasure(cmd.OutOrStdout(), data, asJSON)
		},
	}
	a.flags(cmd)
	cmd.Flags().BoolVar(&yes, "yes", false, "do it")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printErasure(w io.Writer, data []byte, asJSON bool) error {
	if asJSON {
		_, err := fmt.Fprintf(w, "%s\n", data)
		return err
	}
	var e box.Erasure
	if err := json.Unmarshal(data, &e); err != nil {
		return err
	}
	fmt.Fprintf(w, "Erased at %s. Her keys are destroyed; nothing on this box opens what it held of her.\n", e.At.Format(time.RFC3339))
	if len(e.Left) == 0 {
		fmt.Fprintf(w, "Every byte of %d files was searched for the names of her rows: there are none.\n", e.Files)
	} else {
		fmt.Fprintf(w, "Names of her rows, which open nothing, still stand in %s: remove these if they were set aside and are not needed.\n",
			strings.Join(e.Left, ", "))
	}
	fmt.Fprintf(w, "For the file of her request: ledger row %d, hash %s.\n", e.Row, e.Hash)
	fmt.Fprintf(w, "Its reference, under which her page answers for two years and names nobody: %s.\n", e.Proof)
	told := "Headquarters will be told before anything else."
	switch e.HQ {
	case "owed":
		told = "The disk does not take the report to headquarters yet: the box tries again by itself; see foyer status."
	case "none":
		told = "This box has no headquarters: tell whoever else holds her data."
	}
	_, err := fmt.Fprintln(w, told)
	return err
}

func exportCommand() *cobra.Command {
	var a asked
	var file string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "export --customer PSEUDONYM (--html FILE | --json)",
		Short: "Give a customer everything the box holds about her",
		Long: `Collect everything this box holds about one customer: what headquarters sent,
what she said and allowed, with the receipts, what associates noted, who saw what
about her, who served her, where she is signed in. Nothing of anybody else.

--html writes one page that she can read without anything else; --json is for
machines. Both hold her data in the clear: the file is made readable for you
alone, and is yours to hand over and then to remove.`,
		Example: `  foyer export --customer c-4711 --html c-4711.html
  foyer export --customer c-4711 --json > c-4711.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON == (file != "") {
				return errors.New("say in which form: --html FILE for her to read, or --json for a machine")
			}
			data, err := a.ask(cmd.Context(), cmd.ErrOrStderr(), admin.Export, func(ctx context.Context, in box.Inputs) (any, error) {
				return box.Export(ctx, in, a.customer)
			})
			if err != nil {
				return err
			}
			if asJSON {
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s\n", data)
				return err
			}
			if err := writeLetter(file, data); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s holds everything about her, in the clear. Hand it over, then remove it.\n", file)
			return nil
		},
	}
	a.flags(cmd)
	cmd.Flags().StringVar(&file, "html", "", "write a page for her to this `file`, which must not exist")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// writeLetter makes a file for its owner alone and never over another.
func writeLetter(path string, data []byte) error {
	var y concierge.Copy
	if err := json.Unmarshal(data, &y); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	err = letter.Write(f, y, letter.Options{Zone: time.Local})
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
