package intake

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"foyer/sync/wire"
)

// PurchaseColumns returns every column that a table of purchases may have.
func PurchaseColumns() []Column {
	return []Column{
		{"customer", "required: as in FILE"},
		{"id", "required: names this purchase of hers, the same at each import; no order number"},
		{"at", "required: when, RFC 3339 or a date: 2026-11-20"},
		{"store", "where; without it, online"},
		{"seller", "the associate who sold it; without it, nobody did"},
		{"category", "required: coats"},
		{"text", "required: Wool coat, navy"},
		{"colour", "navy"},
		{"sensitivity", "required: ordinary, personal, gift or special"},
		{"hidden", "yes if she does not want it shown"},
	}
}

// purchases is a table of them: where each customer's rows stand. The rows
// themselves stay in the file, for there may be millions.
type purchases struct {
	path    string
	file    *os.File
	comma   rune
	columns []string
	rows    map[string][]span
}

// A span is one row.
type span struct {
	at   int64
	size int32
	line int32
}

// errTold means that a fault was noted already.
var errTold = errors.New("fault noted")

// openPurchases reads a table of purchases once, notes what is wrong with each row
// by itself, and where each customer's stand.
func (r *reading) openPurchases(path string) (shut func() error, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	r.progress.total += info.Size()
	r.bought = &purchases{path: path, file: file, rows: map[string][]span{}}
	if err := r.index(r.bought); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file.Close, nil
}

func (r *reading) index(p *purchases) error {
	in, first, err := r.begin(p.file)
	if err != nil {
		return fmt.Errorf("%s: %w", p.path, err)
	}
	c := newTable(in)
	p.comma = c.Comma
	row, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return r.broken(p.path, err)
	}
	if p.columns, err = header(row, PurchaseColumns(), "customer", "id", "at", "category", "text", "sensitivity"); err != nil {
		r.faultIn(p.path, 1, err)
		return nil
	}
	for {
		at := c.InputOffset()
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return r.broken(p.path, err)
		}
		line, _ := c.FieldPos(0)
		who, bought, err := p.purchase(row)
		if err == nil {
			err = good(who, bought)
		}
		if err != nil {
			r.faultIn(p.path, line, err)
			continue
		}
		p.rows[who] = append(p.rows[who], span{first + at, int32(c.InputOffset() - at), int32(line)})
	}
}

// good says what is wrong with one purchase by itself.
func good(who string, bought wire.Purchase) error {
	if who == "" {
		return errors.New("customer: missing")
	}
	_, err := wire.Encode(wire.DownProfile, wire.Profile{Customer: "c-x", Purchases: []wire.Purchase{bought}})
	if err != nil {
		_, what, _ := strings.Cut(err.Error(), "purchases[0].")
		return errors.New(what)
	}
	return nil
}

// purchase makes one of a row.
func (p *purchases) purchase(row []string) (who string, b wire.Purchase, err error) {
	texts := map[string]*string{"customer": &who, "id": &b.ID, "store": &b.Store, "seller": &b.Seller, "category": &b.Category,
		"text": &b.Text, "colour": &b.Colour, "sensitivity": &b.Sensitivity}
	for i, cell := range row {
		cell = strings.TrimSpace(cell)
		switch name := p.columns[i]; {
		case texts[name] != nil:
			*texts[name] = strings.Clone(cell)
		case name == "at":
			if b.At, err = moment(cell); err != nil {
				return who, b, errors.New("at: want a date like 2026-11-20, or a time like 2026-11-20T10:00:00Z")
			}
		case name == "hidden":
			if !slices.Contains([]string{"", "yes", "no", "true", "false", "1", "0"}, strings.ToLower(cell)) {
				return who, b, errors.New("hidden: want yes or no")
			}
			b.Hidden = slices.Contains([]string{"yes", "true", "1"}, strings.ToLower(cell))
		}
	}
	return who, b, nil
}

func moment(cell string) (time.Time, error) {
	if at, err := time.Parse(time.DateOnly, cell); err == nil {
		return at, nil
	}
	return time.Parse(time.RFC3339, cell)
}

// withPurchases adds to a profile what its customer bought. What is wrong with
// them together is noted.
func (r *reading) withPurchases(who string, data []byte) ([]byte, error) {
	spans := r.bought.rows[who]
	if len(spans) == 0 {
		return data, nil
	}
	var p map[string]json.RawMessage
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, err
	}
	var all []json.RawMessage
	if has := p["purchases"]; has != nil {
		if err := json.Unmarshal(has, &all); err != nil {
			return data, nil // the check will say so
		}
	}
	delete(r.bought.rows, who)
	first := map[string]int32{}
	var fault error
	for _, s := range spans {
		b, err := r.bought.read(s)
		if err != nil {
			return nil, err
		}
		if line, ok := first[b.ID]; ok {
			r.faultIn(r.bought.path, int(s.line), fmt.Errorf("the same id for the same customer as in line %d", line))
			fault = errTold
			continue
		}
		first[b.ID] = s.line
		one, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	var err error
	if p["purchases"], err = json.Marshal(all); err != nil {
		return nil, err
	}
	out, err := json.Marshal(p)
	return out, errors.Join(err, fault)
}

// read reads one row again.
func (p *purchases) read(s span) (wire.Purchase, error) {
	b := make([]byte, s.size)
	if _, err := p.file.ReadAt(b, s.at); err != nil {
		return wire.Purchase{}, fmt.Errorf("%s:%d: %w", p.path, s.line, err)
	}
	c := csv.NewReader(bytes.NewReader(b))
	c.Comma = p.comma
	row, err := c.Read()
	if err == nil && len(row) != len(p.columns) {
		err = errors.New("the file was changed meanwhile")
	}
	if err != nil {
		return wire.Purchase{}, fmt.Errorf("%s:%d: %w", p.path, s.line, err)
	}
	_, bought, err := p.purchase(row)
	return bought, err
}

// unclaimed notes purchases of customers who are not in the file.
func (r *reading) unclaimed() {
	if r.bought == nil || len(r.faults.Lines) > 0 {
		return // what is unclaimed may only be what could not be read
	}
	var lines []int
	for _, spans := range r.bought.rows {
		lines = append(lines, int(spans[0].line))
	}
	slices.Sort(lines)
	for _, line := range lines {
		r.faultIn(r.bought.path, line, fmt.Errorf("a customer who is not in %s", r.path))
	}
}
