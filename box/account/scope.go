package account

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"foyer/vault"
)

// A Scope is what a copy of one box's disk would open (GDPR, Articles 33 and
// 34). Since is when the copy was taken, zero for now.
type Scope struct {
	Store     string    `json:"store"`
	At        time.Time `json:"at"`
	Since     time.Time `json:"since,omitzero"`
	RootKey   string    `json:"root_key"` // beside, file, credential or unseen
	Customers int       `json:"customers"`
	Erased    int       `json:"erased_since"`            // customers whom a copy of then holds and this disk no longer
	Rows      int       `json:"ledger_rows_then"`        // of those still kept
	Subjects  []string  `json:"subjects,omitempty"`      // pseudonyms, if asked for
	Opens     []Opened  `json:"opens"`                   // what lies on the disk now
	Says      []string  `json:"says"`                    // in sentences
	Identity  bool      `json:"identity_on_disk"`        // with it a copy can pose as this store
	Changed   bool      `json:"may_have_held_other_too"` // what was replaced or swept since Since is not counted
}

// Opened is one bucket, and whether a copy opens it: yes, no, or with what.
type Opened struct {
	File     string `json:"file"`
	Bucket   string `json:"bucket"`
	Rows     int    `json:"rows"`
	Bytes    int64  `json:"bytes"`
	Subjects int    `json:"subjects,omitempty"`
	Whose    string `json:"whose"`
	Fields   string `json:"fields"`
	Under    string `json:"sealed_under"`
	Readable string `json:"readable"`
}

// Held are the counts a scope is made of.
type Held struct {
	Counts    map[string][]vault.Count // by file
	Customers int
	Erased    int
	Rows      int
	Subjects  []string
}

// NewScope makes the scope of a copy taken at a time, zero for now.
func NewScope(f Facts, h Held, since time.Time) Scope {
	key := rootKey(f.Config)
	s := Scope{Store: f.Config.Store.ID, At: f.At.UTC(), Since: since.UTC(), RootKey: string(key), Customers: h.Customers, Erased: h.Erased,
		Rows: h.Rows, Subjects: h.Subjects, Identity: f.Config.Identity != "", Changed: !since.IsZero(), Says: sentences(key, f, h, since)}
	for _, file := range f.Files {
		counted := map[string]vault.Count{}
		for _, c := range h.Counts[file.Name] {
			counted[c.Bucket] = c
		}
		for _, b := range file.Buckets {
			c := counted[b.Name]
			s.Opens = append(s.Opens, Opened{File: file.Name, Bucket: b.Name, Rows: c.Rows, Bytes: c.Bytes, Subjects: c.Subjects, Whose: b.Whose,
				Fields: b.Fields, Under: string(b.Under), Readable: readable(b.Under, key, s.Identity)})
		}
	}
	return s
}

// readable says whether a copy of the disk opens what lies under a lock.
func readable(under vault.Lock, key keyPlace, identity bool) string {
	switch under {
	case vault.Unsealed:
		return "yes"
	case vault.UnderHQ:
		return "no"
	case vault.UnderIdentity:
		if identity {
			return "yes"
		}
		return "no"
	}
	switch key {
	case keyBeside:
		return "yes"
	case keyFile:
		return "if it holds the key's file"
	case keyCredential:
		return "if it opens the credential"
	}
	return "with the root key"
}

// Markdown writes the scope as text.
func (s Scope) Markdown(w io.Writer) error {
	table := Section{Title: "What lies on the disk now", Table: [][]string{{"where", "readable", "rows", "people", "whose", "what", "sealed under"}}}
	for _, o := range s.Opens {
		people := "-"
		if o.Subjects > 0 {
			people = strconv.Itoa(o.Subjects)
		}
		table.Table = append(table.Table, []string{o.File + "/" + o.Bucket, o.Readable, strconv.Itoa(o.Rows), people, o.Whose, o.Fields, o.Under})
	}
	sections := []Section{{Title: "In sentences", Text: s.Says}, table}
	if len(s.Subjects) > 0 {
		sections = append(sections, Section{Title: "The customers, by pseudonym", Text: s.Subjects})
	}
	return paper{fmt.Sprintf("What a copy of the disk of store %s opens", s.Store), sections}.markdown(w)
}
