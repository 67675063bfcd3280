package concierge

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"foyer/floor"
	"foyer/profile"
)

// A Receipt is a word of hers on one purpose, with the text she read. Text is
// empty where she said it elsewhere: then the place where she did has it.
type Receipt struct {
	ID        string    `json:"id"`      // of the record
	Subject   string    `json:"subject"` // her pseudonym
	Purpose   string    `json:"purpose"`
	Granted   bool      `json:"granted"`             // false: withdrawn
	Suspended bool      `json:"suspended,omitempty"` // the notice in force asks for more than she agreed to
	Replaced  bool      `json:"replaced,omitempty"`  // by a later word of hers
	At        time.Time `json:"at"`
	Where     string    `json:"where"` // the node that recorded it: a store, or headquarters
	Method    string    `json:"method,omitempty"`
	Notice    string    `json:"notice,omitempty"`  // what her consent names
	Version   string    `json:"version,omitempty"` // of the notice; empty from before there was one
	Language  string    `json:"language,omitempty"`
	Text      string    `json:"text,omitempty"`
	SHA256    string    `json:"text_sha256,omitempty"` // of Text, in hexadecimal digits
	Retention string    `json:"retention,omitempty"`   // in the notice's words

	// Who answers for it.
	Controller string `json:"controller,omitempty"`
	Contact    string `json:"contact,omitempty"`
	URL        string `json:"url,omitempty"`
}

// Receipts returns her last word on every purpose she ever spoke on, and then
// what she said before, the newest first.
func (d *Door) Receipts(c floor.Customer) ([]Receipt, error) {
	consents, err := d.profiles.Consents(c)
	if err != nil {
		return nil, fmt.Errorf("receipts: %w", err)
	}
	earlier, err := d.profiles.EarlierWords(c)
	if err != nil {
		return nil, fmt.Errorf("receipts: %w", err)
	}
	slices.Reverse(earlier)
	last := consents.List()
	var out []Receipt
	for i, x := range append(last, earlier...) {
		r := Receipt{ID: receiptID(c, x), Subject: c.Ref(), Purpose: string(x.Purpose), Granted: x.Granted, Suspended: x.Suspended,
			Replaced: i >= len(last), At: x.At.Wall, Where: x.At.Node, Method: x.Method, Notice: x.Notice, Version: profile.VersionOf(x.Notice)}
		if r.Version == profile.BeforeNotices {
			r.Version = ""
		}
		s, err := d.profiles.Text(x.Notice)
		switch {
		case err == nil:
			sum := sha256.Sum256([]byte(s.Text))
			r.Version, r.Language, r.Text, r.SHA256, r.Retention = s.Version, s.Language, s.Text, hex.EncodeToString(sum[:]), s.Retention
			r.Controller, r.Contact, r.URL = s.Controller, s.Contact, s.URL
		case !errors.Is(err, profile.ErrUnknown):
			return nil, fmt.Errorf("receipts: %w", err)
		}
		out = append(out, r)
	}
	return out, nil
}

// receiptID names the record: the same word has the same name wherever it is
// asked for.
func receiptID(c floor.Customer, x profile.Consent) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "foyer receipt 1\n%s\n%s\n%t\n%d\n%d\n%s\n%s", c.Ref(), x.Purpose, x.Granted,
		x.At.Wall.UnixMilli(), x.At.Count, x.At.Node, x.Notice))
	return "w-" + hex.EncodeToString(sum[:8])
}
