package main

import (
	"debug/elf"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"foyer/firmware/publish"

	"github.com/spf13/cobra"
)

// firmwareFlags are the keys that sign.
type firmwareFlags struct {
	repository  string
	root        []string
	targets     []string
	stamp       string
	trustRoot   []string
	trustTarget []string
	needRoot    int
	needTarget  int
}

func (f *firmwareFlags) open() *publish.Repository { return publish.Open(f.repository, time.Now) }

func (f *firmwareFlags) trust() publish.Trust {
	return publish.Trust{Root: f.trustRoot, RootThreshold: f.needRoot, Targets: f.trustTarget, TargetsThreshold: f.needTarget,
		Stamp: []string{f.stamp + ".pub"}}
}

func firmwareCommand(dir *string) *cobra.Command {
	f := &firmwareFlags{}
	cmd := &cobra.Command{
		Use:   "firmware",
		Short: "Sign releases, publish them, and send them out in waves",
		Long: `Publish releases that boxes trust by The Update Framework: a folder for any web
server. Who may sign is the root of trust, which each box is given once; by
default two of the root keys and two of the release keys must sign. Keep those
on machines without a network, each with another person. The stamp key says
every other week that the newest is still the newest; it may lie at
headquarters, and alone it can publish nothing.

From nothing to a release in a tenth of the stores:

  foyer-hq firmware key root1        # likewise root2, root3, targets1, targets2, stamp
  foyer-hq firmware init --root-key root1,root2 --trust-root root1.pub,root2.pub,root3.pub \
      --targets-key targets1,targets2 --trust-targets targets1.pub,targets2.pub --stamp-key stamp
  foyer-hq firmware root > firmware-root.json    # to /etc/foyer of each box
  foyer-hq firmware publish 1.4.2 dist/foyer-linux-amd64 dist/foyer-linux-arm64 \
      --targets-key targets1,targets2 --stamp-key stamp
  foyer-hq firmware rollout 1.4.2 --url https://updates.example.com/foyer --percent 10
  foyer-hq firmware status`,
	}
	p := cmd.PersistentFlags()
	p.StringVar(&f.repository, "repository", "firmware", "`FOLDER` of the repository")
	p.StringSliceVar(&f.root, "root-key", nil, "`KEYS` that sign the root of trust")
	p.StringSliceVar(&f.targets, "targets-key", nil, "`KEYS` that sign releases")
	p.StringVar(&f.stamp, "stamp-key", "", "`KEY` that says what is newest")
	cmd.AddCommand(keyCommand(), f.init("init", "Begin a repository", (*publish.Repository).Create),
		f.init("change-keys", "Make other keys the trusted ones; the old root keys sign, too", (*publish.Repository).ChangeKeys),
		f.publish(), f.restamp(), f.printRoot(), f.list(), rolloutCommand(dir), rolloutStatus(dir))
	return cmd
}

func keyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "key FILE", Short: "Make a key: FILE signs, FILE.pub is for others", Args: cobra.ExactArgs(1),
		Example: "  foyer-hq firmware key /media/stick/root1",
		RunE:    func(_ *cobra.Command, args []string) error { return publish.MakeKey(args[0]) },
	}
}

func (f *firmwareFlags) init(use, short string, do func(*publish.Repository, publish.Trust, []string, []string, string) error) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return do(f.open(), f.trust(), f.root, f.targets, f.stamp)
		},
	}
	c.Flags().StringSliceVar(&f.trustRoot, "trust-root", nil, "public `KEYS` of root")
	c.Flags().StringSliceVar(&f.trustTarget, "trust-targets", nil, "public `KEYS` of releases")
	c.Flags().IntVar(&f.needRoot, "root-threshold", 2, "how many root keys must sign")
	c.Flags().IntVar(&f.needTarget, "targets-threshold", 2, "how many release keys must sign")
	required(c, "trust-root", "trust-targets")
	f.signing(c, "root-key", "targets-key", "stamp-key")
	return c
}

// signing has a command want the keys that it signs with.
func (f *firmwareFlags) signing(c *cobra.Command, names ...string) *cobra.Command {
	given := map[string]func() bool{"root-key": func() bool { return len(f.root) > 0 }, "targets-key": func() bool { return len(f.targets) > 0 },
		"stamp-key": func() bool { return f.stamp != "" }}
	c.PreRunE = func(*cobra.Command, []string) error {
		for _, n := range names {
			if !given[n]() {
				return fmt.Errorf("%s: it is signed with --%s, a file that foyer-hq firmware key made", c.Name(), n)
			}
		}
		return nil
	}
	return c
}

func (f *firmwareFlags) publish() *cobra.Command {
	return f.signing(&cobra.Command{
		Use: "publish VERSION PROGRAM...", Short: "Sign and publish a release: one program for each kind of machine", Args: cobra.MinimumNArgs(2),
		Long: `Sign and publish a release. For which kind of machine a program is built is read
from the program. A version is published once: boxes may hold it.`,
		Example: "  foyer-hq firmware publish 1.4.2 dist/foyer-linux-amd64 dist/foyer-linux-arm64 dist/foyer-linux-armv7 --targets-key targets1,targets2 --stamp-key stamp",
		RunE: func(cmd *cobra.Command, args []string) error {
			programs := map[string]string{}
			for _, file := range args[1:] {
				model, err := modelOf(file)
				if err != nil {
					return fmt.Errorf("publish: %w", err)
				}
				if programs[model] != "" {
					return fmt.Errorf("publish: %s and %s are both for %s", programs[model], file, model)
				}
				programs[model] = file
			}
			if err := f.open().Add(args[0], programs, f.targets, f.stamp); err != nil {
				return err
			}
			cmd.Printf("%s is published for %d kinds of machine in %s; bring that folder to the web server.\n", args[0], len(programs), f.repository)
			return nil
		},
	}, "targets-key", "stamp-key")
}

// modelOf reads for which kind of machine a program is built.
func modelOf(file string) (string, error) {
	e, err := elf.Open(file)
	if err != nil {
		return "", fmt.Errorf("%s is no program for Linux: %w", file, err)
	}
	defer e.Close()
	model, ok := map[elf.Machine]string{elf.EM_X86_64: "linux-amd64", elf.EM_AARCH64: "linux-arm64", elf.EM_ARM: "linux-armv7"}[e.Machine]
	if !ok {
		return "", fmt.Errorf("%s is built for %s, for which there are no boxes", file, e.Machine)
	}
	return model, nil
}

func (f *firmwareFlags) restamp() *cobra.Command {
	return f.signing(&cobra.Command{
		Use: "stamp", Short: "Say that the newest is still the newest; at least every other week", Args: cobra.NoArgs,
		Example: "  foyer-hq firmware stamp --stamp-key stamp",
		RunE:    func(*cobra.Command, []string) error { return f.open().Stamp(f.stamp) },
	}, "stamp-key")
}

func (f *firmwareFlags) printRoot() *cobra.Command {
	return &cobra.Command{
		Use: "root", Short: "Print the root of trust, for /etc/foyer/firmware-root.json of each box", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data, err := f.open().Root()
			if err == nil {
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", data)
			}
			return err
		},
	}
}

func (f *firmwareFlags) list() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "Say what is published, and until when it is taken for the newest", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			names, until, err := f.open().Versions()
			if err != nil {
				return err
			}
			for _, n := range names {
				fmt.Fprintln(cmd.OutOrStdout(), strings.TrimPrefix(n, "foyer-"))
			}
			left := time.Until(until)
			fmt.Fprintf(cmd.OutOrStdout(), "stamped until %s\n", until.Format(time.DateTime))
			if left < publish.StampValid*2/3 {
				fmt.Fprintf(cmd.ErrOrStderr(), "foyer-hq: stamp it: foyer-hq firmware stamp --repository %s --stamp-key KEY\n", filepath.Clean(f.repository))
			}
			if left < 0 {
				return errors.New("the stamp has expired: no box takes anything from here")
			}
			return nil
		},
	}
}
