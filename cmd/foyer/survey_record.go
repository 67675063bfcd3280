package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/radio"
)

// recordFlags are the flags of foyer survey record.
type recordFlags struct {
	client, plan, marks, from, socket, out string

	kept string // what the box told, until it is a recording
}

func recordCommand() *cobra.Command {
	var f recordFlags
	cmd := &cobra.Command{
		Use:   "record --client MAC --plan plan.json --out DIR",
		Short: "Record a survey from marked points",
		Long: `Stand at points of the floor with one device, say where, and make of what the
access points heard of it a recording that fit and evaluate read.

The readings come from the running box (its admin socket, so as root on the box),
which lets out what is heard of this one device for as long as the command runs;
a customer's phone that has checked in is refused. Or, with --from, from a file
of canonical reports, one JSON object a line, which something else appends to or
which is finished. Reports of other devices are skipped and never written, and
the device's own address is not written either. --client is the address the device uses on this network: phones make one
up for each network; look in its Wi-Fi settings.

Without --marks, type where you stand, and Enter, in metres of the plan:

  4.5 2           begin a point at x 4.5, y 2 (with several floors: 4.5 2 first)
  till 4.5 2      likewise, called "till"
  (only Enter)    the point ends: you walk on
  end             all done

Stay 10 to 20 s, turning round once, for a body shadows one side. The clock of
this machine and the sensors' must agree to a second. What you typed is kept in
DIR/marks.csv (time_start,time_end,point,x,y,floor) and can be given as --marks.`,
		Example: `  foyer survey record --client 02:00:5e:10:00:01 --plan plan.json --out recordings/ground
  foyer survey record --client 02:00:5e:10:00:01 --plan plan.json --from tap.ndjson --out recordings/ground
  foyer survey record --client 02:00:5e:10:00:01 --plan plan.json --marks marks.csv --out recordings/ground < tap.ndjson`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.client, "client", "", "hardware `ADDRESS` of the survey device")
	fl.StringVar(&f.plan, "plan", "", "plan `FILE` of the floor")
	fl.StringVar(&f.marks, "marks", "", "`FILE` of points and times, instead of typing them")
	fl.StringVar(&f.from, "from", "", "`FILE` of canonical reports instead of the running box; with --marks, standard input if not given")
	fl.StringVar(&f.socket, "socket", defaultSocket, "the running box's admin socket")
	fl.StringVar(&f.out, "out", "", "the recording's folder `DIR`, a new one")
	required(cmd, "client", "plan", "out")
	return cmd
}

func (f *recordFlags) run(cmd *cobra.Command) error {
	plan, err := readPlan(f.plan)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(f.out, recording.ScansFile)); err == nil {
		return fmt.Errorf("survey record: %s holds a recording already: choose another folder", f.out)
	}
	if _, err := radio.Capture(eof{}, f.client, plan, nil); err != nil {
		return fmt.Errorf("survey record: --client: %w", err)
	}
	var marks []mark
	switch {
	case f.marks != "":
		marks, err = readMarks(f.marks, plan)
	case f.from == "":
		marks, err = f.live(cmd, plan)
	default:
		marks, err = f.typed(cmd, plan)
	}
	if err != nil {
		return err
	}
	s := newSheet(marks)
	if err := f.read(cmd.InOrStdin(), plan, s); err != nil {
		return err
	}
	if s.rows() == 0 {
		return s.nothing()
	}
	if err := f.write(plan, s); err != nil {
		return err
	}
	if f.kept != "" {
		if err := os.Remove(f.kept); err != nil {
			return fmt.Errorf("survey record: %w", err)
		}
	}
	if err := s.print(cmd.OutOrStdout(), plan); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "\nwrote %s; next: foyer survey fit %s --out map.json\n", f.out, f.out)
	return nil
}

// eof is a capture without a line.
type eof struct{}

// Read says that there is no more.
func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// read puts the readings of the capture on the sheet.
func (f *recordFlags) read(stdin io.Reader, plan *floor.Plan, s *sheet) error {
	in := stdin
	if f.from != "" {
		file, err := os.Open(f.from)
		if err != nil {
			return fmt.Errorf("read the reports: %w", err)
		}
		defer file.Close()
		in = file
	}
	var err error
	s.stats, err = radio.Capture(in, f.client, plan, s.add)
	return err
}

// write writes the recording's folder.
func (f *recordFlags) write(plan *floor.Plan, s *sheet) error {
	var aps []recording.AP
	for _, l := range plan.Levels {
		for _, a := range l.AccessPoints {
			aps = append(aps, recording.AP{ID: a.ID, At: a.At, Placed: true, Height: a.Height, HasHeight: true, Level: l.ID})
		}
	}
	w, err := recording.Create(f.out, aps, plan)
	if err != nil {
		return err
	}
	for i := range s.stands {
		for _, r := range s.stands[i].rows {
			if err := w.Write(r); err != nil {
				return errors.Join(err, w.Abort())
			}
		}
	}
	return w.Close()
}
