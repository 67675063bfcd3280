package main

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"foyer/box"
	"foyer/box/account"
	"foyer/config"
	"foyer/web/admin"
)

func ropaCommand() *cobra.Command {
	var socket, file string
	var asHTML, asJSON bool
	cmd := &cobra.Command{
		Use:   "ropa",
		Short: "Print the record of processing activities of this box",
		Long: `Print the record of processing activities (GDPR, Article 30) of this box, made
from the configuration in force and from what the program declares of every
bucket on its disk and every topic of its line to headquarters: purposes, whose
data and which, legal bases, recipients, how long. Two annexes follow: what the
program brings to an impact assessment (Article 35), and the notice for the staff.

It names nobody. Without a running box, --config makes it of a file. What only
the chain can say, such as its own name and address, is left to be written in.`,
		Example: `  foyer ropa > ropa.md
  foyer ropa --html > ropa.html
  foyer ropa --config /etc/foyer/foyer.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asHTML && asJSON {
				return errors.New("say one form: --html or --json; without either it is Markdown")
			}
			r, err := record(cmd, socket, file)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			switch {
			case asJSON:
				return json.NewEncoder(out).Encode(r)
			case asHTML:
				return r.HTML(out)
			}
			return r.Markdown(out)
		},
	}
	cmd.Flags().StringVar(&socket, "socket", defaultSocket, "the running box's admin socket")
	cmd.Flags().StringVar(&file, "config", "", "instead of a running box: a configuration `file`")
	cmd.Flags().BoolVar(&asHTML, "html", false, "print a page")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// record asks the running box, or makes the record of a file.
func record(cmd *cobra.Command, socket, file string) (r account.Record, err error) {
	if file != "" {
		c, err := config.Load(file)
		if err != nil {
			return r, explain(err)
		}
		return box.Record(c, version, time.Now()), nil
	}
	data, err := admin.Get(cmd.Context(), socket, "/ropa")
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(data, &r)
}
