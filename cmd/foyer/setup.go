package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"rsc.io/qr"

	"foyer/box"
	"foyer/box/begin"
	"foyer/config"
	"foyer/disk"
	"foyer/systemd"
)

// marker, beside the place of a configuration, says that a box without one is to
// be set up from a browser, and at which address.
const marker = "set-up"

// configuration loads a configuration, or says that there is none and that a
// technician is waited for.
func configuration(file string) (c *config.Config, configured bool, err error) {
	c, err = config.Load(file)
	if !errors.Is(err, config.ErrNone) {
		return c, err == nil, err
	}
	at, lost := os.ReadFile(filepath.Join(filepath.Dir(file), marker))
	if errors.Is(lost, fs.ErrNotExist) {
		return nil, false, err
	}
	if lost != nil {
		return nil, false, lost
	}
	address := strings.TrimSpace(string(at))
	if address == "" {
		address = ":443"
	}
	c, err = begin.Unconfigured(address)
	return c, false, err
}

// waiting waits until the box is a store's.
func waiting(ctx context.Context, notify *systemd.Notifier, o begin.Options) (begin.Begun, error) {
	if err := box.Ours(o.Config); err != nil {
		return begin.Begun{}, err
	}
	o.Alive = pinger(notify, o.Log)
	o.Ready = func() { told(notify.Ready(), o.Log) }
	return begin.Run(ctx, o)
}

func setupCommand() *cobra.Command {
	var runtime string
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Say where a new box is set up from a browser, with its code",
		Long: `A box that is nobody's yet waits for a technician: it serves one page, and the
code that opens it is shown here only, on the box itself. This prints the page's
address, the fingerprint of the certificate that the browser will warn of, the
code, and all but the fingerprint once more as a picture for a phone.

The code works once; the next call shows the next. Whoever uses that one ends the
session before. After the box has joined headquarters there is no code any more.`,
		Example: "  sudo -u foyer foyer setup\n  foyer setup --wait 1m   # until the box has started",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := begin.ReadNote(runtime)
			for end := time.Now().Add(wait); errors.Is(err, begin.ErrNothing) && time.Now().Before(end) && cmd.Context().Err() == nil; {
				time.Sleep(200 * time.Millisecond)
				n, err = begin.ReadNote(runtime)
			}
			if errors.Is(err, begin.ErrNothing) {
				return fmt.Errorf("setup: %w: it is a store's box already (foyer status), or it does not run (systemctl start foyer)", err)
			}
			if err != nil {
				return err
			}
			return printNote(cmd.OutOrStdout(), n)
		},
	}
	cmd.Flags().StringVar(&runtime, "runtime", filepath.Dir(defaultSocket), "the box's runtime `folder`")
	cmd.Flags().DurationVar(&wait, "wait", 0, "how long to wait for the box to start")
	cmd.AddCommand(adoptCommand())
	return cmd
}

func printNote(w io.Writer, n begin.Note) error {
	at := n.URLs[len(n.URLs)-1] // a number, if there is one: not every phone finds names
	if len(n.URLs) > 1 {
		at = n.URLs[1]
	}
	code, err := qr.Encode(at+"?code="+n.Code, qr.L)
	if err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	fmt.Fprintf(w, "\nThis box is nobody's yet. To make it a store's, open in a browser on its network:\n\n")
	for i, u := range n.URLs {
		fmt.Fprintf(w, "  %-12s %s\n", []string{"open", "or"}[min(i, 1)], u)
	}
	fmt.Fprintf(w, "  %-12s %s\n  %-12s %s\n\n", "code", n.Code, "certificate", "its SHA-256 must be, in the browser's own words,")
	half := len(n.Fingerprint)/2 + 1
	fmt.Fprintf(w, "  %-12s %s\n  %-12s %s\n\n%s\n", "", n.Fingerprint[:half-1], "", n.Fingerprint[half:], picture(code))
	return nil
}

// picture draws a code in text, two rows of it in one line, black on white
// whatever the terminal's own colours are.
func picture(c *qr.Code) string {
	const quiet = 2
	var b strings.Builder
	for y := -quiet; y < c.Size+quiet; y += 2 {
		b.WriteString("  \x1b[97;40m")
		for x := -quiet; x < c.Size+quiet; x++ {
			switch up, down := c.Black(x, y), c.Black(x, y+1); {
			case up && down:
				b.WriteString(" ")
			case up:
				b.WriteString("▄")
			case down:
				b.WriteString("▀")
			default:
				b.WriteString("█")
			}
		}
		b.WriteString("\x1b[0m\n")
	}
	return b.String()
}

// adoptCommand is what foyer-adopt.service runs.
func adoptCommand() *cobra.Command {
	var data, file string
	cmd := &cobra.Command{
		Use:   "adopt",
		Short: "Put the configuration of a box that has just joined in its place (foyer-adopt.service)",
		Long: `Put the configuration that a new box wrote when it joined headquarters in its
place: the daemon itself may not write there. It does so where there is none, or
where the new one adds nothing but headquarters' broker.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return adopt(data, file)
		},
	}
	cmd.Flags().StringVar(&data, "data", "/var/lib/foyer", "the box's data `folder`")
	cmd.Flags().StringVar(&file, "config", defaultConfig, "where the configuration belongs: a `file`")
	return cmd
}

func adopt(data, file string) error {
	err := begin.Adopt(data, file, func(text []byte) error { return replace(file, text) })
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(filepath.Dir(file), marker)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// replace writes a configuration, for root and the group of its folder.
func replace(file string, text []byte) error {
	return disk.Replace(file, 0o640, func(f *os.File) error {
		if _, err := f.Write(text); err != nil {
			return err
		}
		return group(f, filepath.Dir(file))
	})
}
