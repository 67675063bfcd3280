package usage

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

var errWork = errors.New("the work failed")

func program(args ...string) *cobra.Command {
	root := &cobra.Command{Use: "shop", SilenceUsage: true, SilenceErrors: true}
	group := &cobra.Command{Use: "shelf", Short: "Shelves"}
	fill := &cobra.Command{Use: "fill GOODS", Args: cobra.ExactArgs(1), RunE: func(*cobra.Command, []string) error { return errWork }}
	fill.Flags().String("row", "", "which")
	if err := fill.MarkFlagRequired("row"); err != nil {
		panic(err)
	}
	group.AddCommand(fill)
	root.AddCommand(group, &cobra.Command{Use: "open", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return nil }})
	root.SetArgs(args)
	root.SetOut(io.Discard)
	root.SetErr(io.Discard)
	return root
}

func TestCalledWrongly(t *testing.T) {
	for call, want := range map[string]string{
		"open":                       "",
		"shelf":                      "",
		"shelf --help":               "",
		"help shelf fill":            "",
		"shelf fill shoes --row 1":   "the work failed",
		"opne":                       "unknown command|shop --help lists the commands",
		"open now":                   "usage: shop open|shop open --help says more",
		"shelf fil shoes":            `no command "fil" in shop shelf; is it fill?|shop shelf --help lists`,
		"shelf fill":                 "usage: shop shelf fill GOODS [flags]",
		"shelf fill shoes":           `"row" not set|usage: shop shelf fill GOODS`,
		"shelf fill shoes --colum 1": "unknown flag: --colum|usage: shop shelf fill GOODS",
	} {
		err := Run(context.Background(), program(strings.Fields(call)...))
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", call, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: no error", call)
			continue
		}
		for _, part := range strings.Split(want, "|") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q, want %q", call, err, part)
			}
		}
		if work := errors.Is(err, errWork); work && strings.Contains(err.Error(), "usage") {
			t.Errorf("%s: %q teaches where nothing was said wrongly", call, err)
		}
	}
}
