// Package intake reads files of customers for an import: a table (CSV) or one
// JSON object a line (NDJSON), and a table of what they bought beside it. It hides
// how a row becomes a profile, or a part of one.
//
// It never stops at the first fault: whoever mends a file wants all of them, each
// with its line. It names the place of a fault, never what stands there.
package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"foyer/sync/wire"
)

// Options say how a file is read.
type Options struct {
	Format string    // csv or ndjson; empty: by the name's ending
	Names  bool      // customers are the chain's own names and become pseudonyms later
	Now    time.Time // of consents and revisions that a table does not say
	// Purchases is a table of what these customers bought, a row each; empty: none.
	Purchases string

	// Progress hears how much of the file is read, in bytes; nil: nobody does.
	Progress func(done, total int64)
}

// mostFaults is how many faults are told.
const mostFaults = 20

// Faults are what is wrong with a file, each as file:line.
type Faults struct {
	Lines []string
	More  int // that are not told
}

// Error has one fault a line.
func (f *Faults) Error() string {
	text := strings.Join(f.Lines, "\n")
	if f.More > 0 {
		text += fmt.Sprintf("\nand %d more", f.More)
	}
	return text
}

// Each calls fn with every profile of a file and its line. The error is *Faults
// if something in the file is wrong; fn has then been called with the good ones.
func Each(path string, o Options, fn func(line int, profile json.RawMessage) error) error {
	format, err := o.format(path)
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	r := &reading{path: path, o: o, seen: map[string]int{}, fn: fn, progress: &counted{total: info.Size(), tell: o.Progress}}
	if o.Purchases != "" {
		close, err := r.openPurchases(o.Purchases)
		if err != nil {
			return err
		}
		defer close()
	}
	in, _, err := r.begin(file)
	if err != nil {
		return err
	}
	if format == "csv" {
		err = r.table(in)
	} else {
		err = r.lines(in)
	}
	r.unclaimed()
	if err == nil && len(r.faults.Lines) > 0 {
		return &r.faults
	}
	return err
}

func (o Options) format(path string) (string, error) {
	f := o.Format
	if f == "" {
		f = strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
	}
	switch f {
	case "csv":
		return "csv", nil
	case "ndjson", "jsonl":
		return "ndjson", nil
	}
	return "", fmt.Errorf("%s: say what it is: --format csv or --format ndjson", path)
}

// counted tells how much has been read, of all files.
type counted struct {
	done, total int64
	tell        func(done, total int64)
}

// Write counts what another reader has read.
func (c *counted) Write(p []byte) (int, error) {
	c.done += int64(len(p))
	if c.tell != nil {
		c.tell(c.done, c.total)
	}
	return len(p), nil
}

// reading is one import while it is read.
type reading struct {
	path     string
	o        Options
	seen     map[string]int // customer: line
	bought   *purchases     // nil: there is no table of them
	fn       func(line int, profile json.RawMessage) error
	progress *counted
	faults   Faults
}

// begin reads a file from its first byte that is text, and says which that is:
// spreadsheets write a mark before it.
func (r *reading) begin(file io.Reader) (in *bufio.Reader, at int64, err error) {
	in = bufio.NewReaderSize(io.TeeReader(file, r.progress), 64<<10)
	if bom, err := in.Peek(3); err == nil && bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		n, err := in.Discard(3)
		return in, int64(n), err
	}
	return in, 0, nil
}

func (r *reading) fault(line int, err error) { r.faultIn(r.path, line, err) }

func (r *reading) faultIn(path string, line int, err error) {
	if len(r.faults.Lines) == mostFaults {
		r.faults.More++
		return
	}
	r.faults.Lines = append(r.faults.Lines, fmt.Sprintf("%s:%d: %v", path, line, err))
}

// lines reads one JSON object a line; empty lines are passed over.
func (r *reading) lines(in *bufio.Reader) error {
	s := bufio.NewScanner(in)
	s.Buffer(nil, wire.DownProfile.Of().Limit+2)
	n := 0
	for s.Scan() {
		n++
		if line := bytes.TrimSpace(s.Bytes()); len(line) > 0 {
			if err := r.take(n, bytes.Clone(line)); err != nil {
				return err
			}
		}
	}
	if err := s.Err(); errors.Is(err, bufio.ErrTooLong) {
		r.fault(n+1, fmt.Errorf("longer than a profile may be (%d bytes); what follows was not read", wire.DownProfile.Of().Limit))
		return nil
	} else if err != nil {
		return fmt.Errorf("%s:%d: %w", r.path, n+1, err)
	}
	return nil
}

// take checks one profile as a store's box will, and hands it on.
func (r *reading) take(line int, data []byte) error {
	var who struct {
		Customer string `json:"customer"`
	}
	err := json.Unmarshal(data, &who)
	if err == nil && r.bought != nil {
		data, err = r.withPurchases(who.Customer, data)
		if errors.Is(err, errTold) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	checked := data
	if err == nil && r.o.Names {
		checked, err = renamed(data)
	}
	if err != nil {
		r.fault(line, errors.New("not one JSON object"))
		return nil
	}
	if err := wire.Check(wire.DownProfile, checked); err != nil {
		r.fault(line, err)
		return nil
	}
	if first, ok := r.seen[who.Customer]; ok {
		r.fault(line, fmt.Errorf("the same customer as in line %d", first))
		return nil
	}
	r.seen[who.Customer] = line
	if len(r.faults.Lines) > 0 {
		return nil // nothing will be sent: only faults are of interest
	}
	return r.fn(line, data)
}

// renamed is a profile under a name that any store would take: the chain's own
// need not be one.
func renamed(data []byte) ([]byte, error) {
	var p map[string]json.RawMessage
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, err
	}
	var name string
	if json.Unmarshal(p["customer"], &name) != nil || name == "" {
		return data, nil // the check will say so
	}
	p["customer"] = json.RawMessage(`"c-x"`)
	return json.Marshal(p)
}
