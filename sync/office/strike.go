package office

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"foyer/disk"
	"foyer/vault"
)

// erasedPayload stands in the log for what an erased customer's event said.
const erasedPayload = `{"erased":true}`

// strikes strikes erased customers from the log whenever there are any, until
// ctx ends. Many erasures cost one copy of the log: the longer that takes, the
// longer the next one waits.
func (f *Office) strikes(ctx context.Context) error {
	signal(f.struck) // what was left undone
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-f.struck:
		}
		began := time.Now()
		err := f.strike()
		pause := min(10*time.Since(began), time.Minute)
		if err != nil {
			f.o.Log.Error("erased customers stand in the log still; their stores are not told otherwise", "err", err)
			pause = f.o.Patience
			signal(f.struck)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// strike replaces the log by one without the erased customers' pseudonyms, and
// then lets the stores where they asked know. What is struck leaves a line of the
// same length, so that the place of every other stays what it was. The new file
// has the name before anybody is told; the old bytes are overwritten.
func (f *Office) strike() error {
	f.mu.Lock()
	end, who, err := f.mem.Offset, map[string]forgetting{}, error(nil)
	err = f.file.View(func(tx *vault.Tx) error { return allForgetting(tx, who) })
	f.mu.Unlock()
	if err == nil && len(who) > 0 {
		err = f.strikeAll(who, end)
	}
	if err == nil {
		err = f.file.CompactDue()
	}
	if err != nil {
		return fmt.Errorf("strike erased customers from %s: %w", LogName, err)
	}
	return nil
}

func allForgetting(tx *vault.Tx, who map[string]forgetting) error {
	return tx.Each(bucketForgetting, nil, func(k, _ []byte) error {
		var g forgetting
		err := getJSON(tx, bucketForgetting, string(k), &g)
		who[string(k)] = g
		return err
	})
}

// strikeAll copies the log up to end without holding up what arrives, the rest
// with mu held.
func (f *Office) strikeAll(who map[string]forgetting, end int64) error {
	path := filepath.Join(f.o.Dir, LogName)
	old, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer old.Close() // nothing is left to be written
	next, err := os.OpenFile(path+".next", os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	gone := &struckLines{}
	if err = gone.copy(next, io.NewSectionReader(old, 0, end), who); err == nil {
		err = next.Sync() // the most of it, while others go on
	}
	if err != nil {
		return errors.Join(err, next.Close(), os.Remove(path+".next"))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	err = gone.copy(next, io.NewSectionReader(old, end, f.mem.Offset-end), who)
	if err == nil && gone.at != f.mem.Offset {
		err = fmt.Errorf("the copy has %d bytes of %d", gone.at, f.mem.Offset)
	}
	if err == nil {
		err = next.Sync()
	}
	if err == nil {
		err = os.Rename(path+".next", path)
	}
	if err != nil {
		return errors.Join(err, next.Close())
	}
	was := f.log
	f.log = next // whatever happens now: it has the name
	if err := errors.Join(was.Close(), disk.SyncDir(f.o.Dir), gone.overwrite(old)); err != nil {
		return err
	}
	return f.forgotten(who)
}

// forgotten notes that these pseudonyms stand in the log no longer, and answers.
// The caller holds mu.
func (f *Office) forgotten(who map[string]forgetting) error {
	more := false
	err := f.file.Update(func(tx *vault.Tx) error {
		for customer := range who {
			var g forgetting // another store may have asked meanwhile
			if err := getJSON(tx, bucketForgetting, customer, &g); err != nil {
				return err
			}
			if err := f.answer(tx, customer, g); err != nil {
				return err
			}
			if err := tx.Delete(bucketForgetting, []byte(customer)); err != nil {
				return err
			}
			if err := putJSON(tx, bucketForgotten, string(f.mark(customer)), g.Since); err != nil {
				return err
			}
		}
		tx.CompactLater()
		first, _ := tx.First(bucketForgetting, nil)
		more = first != nil
		return errors.Join(f.sweepMarks(tx), f.sweepErasures(tx))
	})
	if err != nil {
		clear(f.stores) // all are read again as the disk has them
	}
	if more {
		signal(f.struck)
	}
	return err
}

// struckLines are where in the log lines were struck.
type struckLines struct {
	at    int64 // bytes copied so far
	where []int64
	lines [][]byte // what stands there instead
}

// copy appends what in holds to out, without whom it is about where that is one
// of these.
func (l *struckLines) copy(out io.Writer, in io.Reader, who map[string]forgetting) error {
	w := bufio.NewWriterSize(out, 1<<20)
	for r := bufio.NewReaderSize(in, 1<<20); ; {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return w.Flush()
		}
		if err != nil {
			return err
		}
		hers, err := speaks(line, who)
		if err != nil {
			return err
		}
		if hers {
			if line, err = struckLine(line); err != nil {
				return err
			}
			l.where, l.lines = append(l.where, l.at), append(l.lines, line)
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
		l.at += int64(len(line))
	}
}

// speaks reports whether a line is about one of these as she was before. The
// encoder of the log puts no space between a name and its value, and escapes
// quotes within texts, so that few lines must be read whole.
func speaks(line []byte, who map[string]forgetting) (bool, error) {
	name := []byte(`"customer":"`)
	for rest := line; ; {
		i := bytes.Index(rest, name)
		if i < 0 {
			return false, nil
		}
		rest = rest[i+len(name):]
		ref, _, _ := bytes.Cut(rest, []byte(`"`))
		if g, ok := who[string(ref)]; ok {
			var e Event
			err := json.Unmarshal(line, &e)
			return err == nil && e.before(g.Since), err
		}
	}
}

// struckLine is a line of the same length that says only that there was one.
func struckLine(line []byte) ([]byte, error) {
	var e Event
	if err := json.Unmarshal(line, &e); err != nil {
		return nil, err
	}
	e.Payload = json.RawMessage(erasedPayload)
	out, err := json.Marshal(e)
	if err != nil || len(out)+1 > len(line) {
		return nil, errors.Join(err, fmt.Errorf("a line of %d bytes cannot be struck", len(line)))
	}
	out, last := out[:len(out)-1], bytes.Repeat([]byte(" "), len(line)-len(out)-1)
	return append(append(out, last...), "}\n"...), nil
}

// overwrite does the same to the file whose name is gone, so that its blocks do
// not keep what was struck; a reader of it goes on undisturbed.
func (l *struckLines) overwrite(old *os.File) error {
	for i, at := range l.where {
		if _, err := old.WriteAt(l.lines[i], at); err != nil {
			return err
		}
	}
	return old.Sync()
}
