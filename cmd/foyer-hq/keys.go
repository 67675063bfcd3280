package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"foyer/sync/office"

	"github.com/spf13/cobra"
)

func keysCommand(dir *string) *cobra.Command {
	c := &cobra.Command{
		Use:   "keys",
		Short: "Keys with which the chain's app and CRM ask at the HTTPS door",
		Long: `Keys with which the chain's app and CRM ask at the HTTPS door. Each key is for
some of these, and finds nothing else there:

  checkin      passes that check a customer in from the app
  geofence     news of the app that she comes near
  consent      what she allows and withdraws, for every store that knows her
  erasure      that she is forgotten everywhere, and how far that is
  invitation   codes that open her page in a store once
  fleet        how the stores are (also the page /fleet: any name, the key as password)

sync/openapi-hq.yaml says what each takes and answers. A key is printed once and
kept as its SHA-256.`,
	}
	c.AddCommand(keysAdd(dir), keysList(dir), keysRemove(dir))
	return c
}

func keysAdd(dir *string) *cobra.Command {
	var scopes []string
	c := &cobra.Command{
		Use:     "add NAME --scope SCOPE...",
		Short:   "Make a key and print it, once",
		Example: "  foyer-hq keys add app --scope checkin,geofence\n  foyer-hq keys add crm --scope consent,erasure,invitation",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			q := keyRequest{Name: args[0]}
			for _, s := range scopes {
				q.Scopes = append(q.Scopes, office.Scope(s))
			}
			var out inviteAnswer
			if err := call(cmd.Context(), *dir, "keys/add", q, &out); err != nil {
				return err
			}
			cmd.Println(out.Code)
			return nil
		},
	}
	c.Flags().StringSliceVar(&scopes, "scope", nil, "what it is for (see foyer-hq keys --help)")
	required(c, "scope")
	return c
}

func keysList(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the keys, never the secrets",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var all []office.Key
			if err := call(cmd.Context(), *dir, "keys/list", struct{}{}, &all); err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "NAME\tFOR\tMADE")
			for _, k := range all {
				var scopes []string
				for _, s := range k.Scopes {
					scopes = append(scopes, string(s))
				}
				fmt.Fprintf(w, "%s\t%s\t%s\n", k.Name, strings.Join(scopes, ", "), k.Made.Local().Format(time.DateTime))
			}
			return w.Flush()
		},
	}
}

func keysRemove(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:     "remove NAME",
		Short:   "End a key, at once",
		Example: "  foyer-hq keys remove app",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := call(cmd.Context(), *dir, "keys/remove", keyRequest{Name: args[0]}, &struct{}{}); err != nil {
				return err
			}
			cmd.Printf("the key %s opens nothing any more\n", args[0])
			return nil
		},
	}
}

func customerCommand(dir *string) *cobra.Command {
	var name string
	var anew bool
	c := &cobra.Command{
		Use:   "customer --name NAME",
		Short: "Say under which pseudonym the stores know a customer of the chain's own programs",
		Long: `Say under which pseudonym the stores know a customer. NAME is what the chain's own
programs call her: a CRM's number, a loyalty card's. The map stays in this folder;
stores, boxes and the broker know pseudonyms only, and an erasure forgets it.`,
		Example: "  foyer-hq customer --name CRM-00417\n  foyer-hq customer --name CRM-00417 --new",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if name == "" {
				return errors.New("customer: say whom: --name")
			}
			var out inviteAnswer
			if err := call(cmd.Context(), *dir, "customer", customerRequest{name, anew}, &out); err != nil {
				return err
			}
			cmd.Println(out.Code)
			return nil
		},
	}
	c.Flags().StringVar(&name, "name", "", "what the chain's own programs call her")
	c.Flags().BoolVar(&anew, "new", false, "make a pseudonym if she has none")
	return c
}
