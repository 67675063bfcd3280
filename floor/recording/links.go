package recording

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"foyer/floor"
)

// A Link is how strongly one access point hears another, on average: what
// controllers show as neighbours or RF scans. It costs nobody a walk.
type Link struct {
	Ear   floor.APID // who hears
	Voice floor.APID // whom
	RSSI  floor.DBm
}

func linkColumns() []string { return []string{"ap_id", "heard_ap_id", "rssi_dbm"} }

// ReadLinks returns the rows of a links.csv.
func ReadLinks(r io.Reader, file string) ([]Link, error) {
	t, err := openTable(r, file, linkColumns())
	if err != nil {
		return nil, err
	}
	var out []Link
	for t.next() {
		out = append(out, t.link())
		if t.err != nil {
			return nil, t.err
		}
	}
	return out, t.err
}

// WriteLinks writes a links.csv: what ReadLinks reads back equal.
func WriteLinks(out io.Writer, links []Link) error {
	w, check := csv.NewWriter(out), newChecker()
	if err := w.Write(linkColumns()); err != nil {
		return fmt.Errorf("write links: %w", err)
	}
	for i, l := range links {
		rec := []string{string(l.Ear), string(l.Voice), text(float64(l.RSSI))}
		if err := check.link(rec, l); err != nil {
			return fmt.Errorf("write links: row %d: %w", i, err)
		}
		if err := w.Write(rec); err != nil {
			return fmt.Errorf("write links: %w", err)
		}
	}
	w.Flush()
	return w.Error()
}

// SaveLinks adds a links.csv to a recorded folder.
func SaveLinks(dir string, links []Link) error {
	var b bytes.Buffer
	if err := WriteLinks(&b, links); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, LinksFile), b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("save links: %w", err)
	}
	return nil
}

func (t *table) link() Link {
	l := Link{Ear: floor.APID(t.name(0)), Voice: floor.APID(t.name(1)), RSSI: floor.DBm(t.number(2, maxDBm))}
	switch {
	case t.err != nil:
	case l.Ear == l.Voice:
		t.fault("heard_ap_id", l.Voice, "is the access point itself")
	case !l.RSSI.Valid():
		t.fault("rssi_dbm", float64(l.RSSI), "is no strength, in dBm")
	}
	return l
}

func (c *checker) link(rec []string, want Link) error {
	c.t.rec, c.t.columns, c.t.err = rec, linkColumns(), nil
	got := c.t.link()
	return c.verdict(got == want)
}
