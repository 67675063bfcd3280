// Package letter writes a customer's copy of what a box holds about her as one
// HTML file that she can read and keep. It hides how the copy becomes a page.
//
// First come the facts in words, with her picture. Then comes the same field by
// field, written by code that knows no field by its meaning, so that nothing can
// be left out: whatever stands in the copy stands in the letter. The file loads
// nothing and runs nothing.
package letter

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/web/tongue"
)

//go:embed letter.html
var page string

// Options say where a letter comes from.
type Options struct {
	Store  string         // its name; empty: the copy's own
	Zone   *time.Location // of the times in it; nil means UTC
	Tongue *tongue.Tongue // nil means the best of her own languages
}

// stamp is a time as it is written.
func (o Options) stamp(t time.Time) string {
	t = t.In(o.Zone)
	return o.Tongue.Stamp(t) + " " + t.Format("MST")
}

// A view is what the page shows.
type view struct {
	Store, Made string
	Photo       template.URL // made here of her picture; "" if there is none
	Groups      []group
	Not         []string
	Fields      []node
}

// A node is one value of the export: a text, or named parts, or a list.
type node struct {
	Name  string
	Text  string
	Parts []node
	List  bool
}

// Plain reports whether a list has only texts, and short ones.
func (n node) Plain() bool {
	for _, p := range n.Parts {
		if p.Parts != nil || p.List || len(p.Text) > 40 {
			return false
		}
	}
	return true
}

// Short reports whether a value fits beside its name.
func (n node) Short() bool { return n.Parts == nil || n.List && n.Plain() }

// Write writes the letter of a copy.
func Write(w io.Writer, y concierge.Copy, o Options) error {
	if o.Tongue == nil {
		all, err := tongue.Load()
		if err != nil {
			return fmt.Errorf("write the letter: %w", err)
		}
		o.Tongue = all.Choose(y.Languages()...)
	}
	v, err := viewOf(y, o)
	if err != nil {
		return fmt.Errorf("write the letter: %w", err)
	}
	t, err := template.New("letter").Funcs(template.FuncMap{"t": o.Tongue.T, "lang": func() string { return o.Tongue.Code }}).Parse(page)
	if err != nil {
		return fmt.Errorf("write the letter: %w", err)
	}
	if err := t.Execute(w, v); err != nil {
		return fmt.Errorf("write the letter: %w", err)
	}
	return nil
}

func viewOf(y concierge.Copy, o Options) (view, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Store == "" {
		o.Store = y.Store
	}
	v := view{Store: o.Store, Made: o.stamp(y.Made)}
	for _, not := range y.Not {
		v.Not = append(v.Not, o.Tongue.T(not))
	}
	lines, err := y.Lines(o.Tongue)
	if err != nil {
		return v, err
	}
	v.Groups = o.grouped(lines)
	data, err := json.Marshal(y)
	if err != nil {
		return v, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	root, err := o.read(d)
	if err != nil {
		return v, err
	}
	v.Fields = root.Parts
	var held struct {
		Photo []byte `json:"photo_jpeg"`
	}
	if len(y.Held) > 0 {
		err = json.Unmarshal(y.Held, &held)
	}
	if len(held.Photo) > 0 {
		v.Photo = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(held.Photo))
	}
	return v, err
}

// read takes one value, its parts in the order in which they stand.
func (o Options) read(d *json.Decoder) (node, error) {
	t, err := d.Token()
	if err != nil {
		return node{}, err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return node{Text: o.said(t)}, nil
	}
	n := node{List: open == '['}
	for d.More() {
		name := ""
		if !n.List {
			key, err := d.Token()
			if err != nil {
				return node{}, err
			}
			name = fmt.Sprint(key)
		}
		part, err := o.read(d)
		if err != nil {
			return node{}, err
		}
		if at, err := strconv.ParseInt(part.Text, 10, 64); err == nil && name == "wall_ms" {
			part.Text = o.stamp(time.UnixMilli(at))
		}
		if name == "photo_jpeg" {
			part.Text = o.Tongue.T("above")
		}
		part.Name = o.caption(name)
		n.Parts = append(n.Parts, part)
	}
	_, err = d.Token() // the closing one
	return n, err
}

// word is a value that a machine chose from a list, such as ask_each_visit.
var word = regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`)

// said is a value as people read it.
func (o Options) said(v any) string {
	switch v := v.(type) {
	case nil:
		return o.Tongue.T("nothing")
	case bool:
		if v {
			return o.Tongue.T("yes")
		}
		return o.Tongue.T("no")
	case string:
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return o.stamp(at)
		}
		if word.MatchString(v) {
			return o.Tongue.T(strings.ReplaceAll(v, "_", " "))
		}
		return v
	}
	return fmt.Sprint(v)
}
