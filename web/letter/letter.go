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
)

//go:embed letter.html
var page string

// Options say where a letter comes from.
type Options struct {
	Store string         // its name; empty: the copy's own
	Zone  *time.Location // of the times in it; nil means UTC
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
	v, err := viewOf(y, o)
	if err != nil {
		return fmt.Errorf("write the letter: %w", err)
	}
	t, err := template.New("letter").Parse(page)
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
	v := view{Store: o.Store, Made: y.Made.In(o.Zone).Format(clock), Not: y.Not}
	lines, err := y.Lines()
	if err != nil {
		return v, err
	}
	v.Groups = grouped(lines, o.Zone)
	data, err := json.Marshal(y)
	if err != nil {
		return v, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	root, err := read(d, o.Zone)
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
func read(d *json.Decoder, zone *time.Location) (node, error) {
	t, err := d.Token()
	if err != nil {
		return node{}, err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return node{Text: said(t, zone)}, nil
	}
	n := node{List: open == '['}
	for d.More() {
		name := ""
		if !n.List {
			key, err := d.Token()
			if err != nil {
				return node{}, err
			}
			name = caption(fmt.Sprint(key))
		}
		part, err := read(d, zone)
		if err != nil {
			return node{}, err
		}
		if at, err := strconv.ParseInt(part.Text, 10, 64); err == nil && name == caption("wall_ms") {
			part.Text = time.UnixMilli(at).In(zone).Format(clock)
		}
		if name == caption("photo_jpeg") {
			part.Text = "above"
		}
		part.Name = name
		n.Parts = append(n.Parts, part)
	}
	_, err = d.Token() // the closing one
	return n, err
}

// word is a value that a machine chose from a list, such as ask_each_visit.
var word = regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`)

// clock is how a time is written.
const clock = "2 January 2006, 15:04 MST"

// said is a value as people read it.
func said(v any, zone *time.Location) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case string:
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return at.In(zone).Format(clock)
		}
		if word.MatchString(v) {
			return strings.ReplaceAll(v, "_", " ")
		}
		return v
	}
	return fmt.Sprint(v)
}

// caption is the name of a part as people read it.
func caption(key string) string {
	if words, ok := captions()[key]; ok {
		return words
	}
	words := strings.ReplaceAll(key, "_", " ")
	if words == "" {
		return words
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// captions are the names that would not be understood as they stand.
func captions() map[string]string {
	return map[string]string{
		"made": "Made", "in_general": "What you like in general", "first_names": "First names", "photo_jpeg": "Your picture",
		"receipts": "Receipts of what you allowed and took back", "this": "The one that made this copy", "text_sha256": "Fingerprint of the text",
		"hidden_here": "Hidden by you in this store", "corrected": "What you corrected", "was": "Before", "schema": "Form",
		"at": "When", "held": "What we know of you", "customer": "Your reference", "form": "How you are addressed",
		"say": "How your name is said", "style": "How you like to be served", "preferred": "Your associates",
		"blocked": "Associates you do not want", "stated": "What you told us", "services": "What waits for you",
		"wishes": "Your wishes", "audience": "For whom", "rev": "Revision",
		"visibility_from_hq": "Visibility, as headquarters last said", "not_today": "You last said “not today”",
		"accesses": "Who saw what about you", "viewer": "Associate", "row": "Row of the log", "policy": "Rules in force",
		"rule": "By which rule", "disclosure": "How far", "served_by": "Who served you", "sessions": "Where you are signed in",
		"now": "Your visit of this moment", "not_in_here": "What is not in this letter", "wall_ms": "At",
		"invitations": "Invitations", "id": "Reference", "told": "Who knows that you are here", "until": "Until",
		"code_sha256": "Fingerprint of the code",
	}
}
