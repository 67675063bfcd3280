package intake

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"foyer/sync/wire"
)

// A Column is one that a table may have.
type Column struct{ Name, Means string }

// Columns returns every column there is. A cell with several entries has | between
// them.
func Columns() []Column {
	return []Column{
		{"customer", "required: her pseudonym, or with --names the chain's own name of her"},
		{"rev", "her revision, a rising number; without it, the time of the import"},
		{"form", "how she is addressed: Ms. Keller"},
		{"say", "how that is pronounced"},
		{"languages", "BCP 47: de|en"},
		{"style", "approach_me, only_mine or let_me_browse"},
		{"visibility", "automatic, ask_each_visit or invisible"},
		{"home", "her own store"},
		{"preferred", "associates she wants, in her order"},
		{"blocked", "associates she does not want"},
		{"wishes", "how she wants to be served: quiet|step-free"},
		{"interests", "what she likes to hear of"},
		{"consents", "purposes she allows: presence|profile_to_associates"},
		{"consents_at", "when she said so, RFC 3339; without it, the time of the import"},
		{"consents_notice", "the version of the notice she was shown"},
	}
}

// table reads a CSV file whose first line names its columns. Spreadsheets of many
// countries write ; for the comma.
func (r *reading) table(in *bufio.Reader) error {
	c := newTable(in)
	row, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return r.broken(r.path, err)
	}
	columns, err := header(row, Columns(), "customer")
	if err != nil {
		r.fault(1, err)
		return nil
	}
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return r.broken(r.path, err)
		}
		line, _ := c.FieldPos(0)
		p, err := r.profile(columns, row)
		if err != nil {
			r.fault(line, err)
			continue
		}
		data, err := json.Marshal(p)
		if err != nil {
			return err
		}
		if err := r.take(line, data); err != nil {
			return err
		}
	}
}

// newTable reads rows with the separator of the first line.
func newTable(in *bufio.Reader) *csv.Reader {
	c := csv.NewReader(in)
	c.ReuseRecord = true
	if head, err := in.Peek(in.Size()); len(head) > 0 || err == nil {
		first, _, _ := strings.Cut(string(head), "\n")
		if strings.Count(first, ";") > strings.Count(first, ",") {
			c.Comma = ';'
		}
	}
	return c
}

// broken is a row that is no row: nothing after it can be trusted.
func (r *reading) broken(path string, err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		r.faultIn(path, p.Line, fmt.Errorf("%w; what follows was not read", p.Err))
		return nil
	}
	return fmt.Errorf("%s: %w", path, err)
}

// header reads the names of a table's columns, some of which there must be.
func header(row []string, known []Column, required ...string) ([]string, error) {
	columns := make([]string, len(row))
	for i, name := range row {
		name = strings.ToLower(strings.TrimSpace(name))
		if !slices.ContainsFunc(known, func(c Column) bool { return c.Name == name }) {
			return nil, fmt.Errorf("column %d: unknown; see: foyer-hq profiles import --help", i+1)
		}
		if slices.Contains(columns, name) {
			return nil, fmt.Errorf("column %d: %s stands twice", i+1, name)
		}
		columns[i] = name
	}
	for _, name := range required {
		if !slices.Contains(columns, name) {
			return nil, fmt.Errorf("no column %s; the first line names the columns", name)
		}
	}
	return columns, nil
}

// profile makes a profile of a row.
func (r *reading) profile(columns, row []string) (wire.Profile, error) {
	p := wire.Profile{Rev: uint64(r.o.Now.UnixMilli())}
	c := wire.Consent{Granted: true, Wall: r.o.Now.UnixMilli(), Node: "hq", Method: "import"}
	var purposes []string
	texts := map[string]*string{"customer": &p.Customer, "form": &p.Form, "say": &p.Say, "style": &p.Style,
		"visibility": &p.Visibility, "home": &p.Home, "consents_notice": &c.Notice}
	lists := map[string]*[]string{"languages": &p.Languages, "preferred": &p.Preferred, "blocked": &p.Blocked, "wishes": &p.Wishes,
		"interests": &p.Interests, "consents": &purposes}
	for i, cell := range row {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		var err error
		switch name := columns[i]; {
		case texts[name] != nil:
			*texts[name] = strings.Clone(cell)
		case lists[name] != nil:
			*lists[name] = list(cell)
		case name == "rev":
			p.Rev, err = strconv.ParseUint(cell, 10, 63)
		case name == "consents_at":
			var at time.Time
			at, err = time.Parse(time.RFC3339, cell)
			c.Wall = at.UnixMilli()
		}
		if err != nil {
			return p, fmt.Errorf("%s: want %s", columns[i], map[string]string{"rev": "a number", "consents_at": "a time like 2026-11-20T10:00:00Z"}[columns[i]])
		}
	}
	for _, name := range purposes {
		c.Purpose = name
		p.Consents = append(p.Consents, c)
	}
	return p, nil
}

func list(cell string) (all []string) {
	for s := range strings.SplitSeq(cell, "|") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}
