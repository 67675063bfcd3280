package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"foyer/vault"
)

// A Notice is the legal text customers are shown, in every language there is.
// The first text is the one for whoever has none of the languages.
type Notice struct {
	Version    string          `json:"version"`
	Controller string          `json:"controller,omitempty"` // who answers for it
	Contact    string          `json:"contact,omitempty"`
	URL        string          `json:"url,omitempty"`
	Texts      []NoticeText    `json:"texts"`
	Purposes   []NoticePurpose `json:"purposes,omitempty"`
}

// A NoticeText is the legal text in one language, and what it says of each
// purpose.
type NoticeText struct {
	Language string             `json:"language"` // BCP 47
	Text     string             `json:"text"`
	Of       map[Purpose]string `json:"of,omitempty"`
}

// A NoticePurpose says which consents still cover a purpose as it is now:
// those given under this version, and under the versions it covers.
type NoticePurpose struct {
	Purpose   Purpose  `json:"purpose"`
	Covers    []string `json:"covers,omitempty"`
	Retention string   `json:"retention,omitempty"` // in words
}

// BeforeNotices is the version of a consent that was given without a notice.
const BeforeNotices = "none"

// VersionOf returns the version of the notice a consent names. A box's own page
// puts the hash of the words behind it.
func VersionOf(notice string) string {
	version, _, hashed := strings.Cut(notice, "page-")
	if version = strings.TrimSpace(version); version != "" {
		return version
	}
	if hashed || notice == "" {
		return BeforeNotices
	}
	return notice
}

// Named returns the purpose as the notice has it; false if the notice names
// purposes and this is none of them. A notice that names none allows all.
func (n *Notice) Named(p Purpose) (NoticePurpose, bool) {
	if n == nil || len(n.Purposes) == 0 {
		return NoticePurpose{Purpose: p}, true
	}
	i := slices.IndexFunc(n.Purposes, func(x NoticePurpose) bool { return x.Purpose == p })
	if i < 0 {
		return NoticePurpose{}, false
	}
	return n.Purposes[i], true
}

// covers reports whether a grant still holds under the notice in force. One that
// does not is suspended: it is kept, and allows nothing, until she agrees anew.
func (n *Notice) covers(c Consent) bool {
	p, ok := n.Named(c.Purpose)
	if !ok || n == nil || len(n.Purposes) == 0 {
		return ok
	}
	version := VersionOf(c.Notice)
	return version == n.Version || slices.Contains(p.Covers, version)
}

// In returns the text in the first of the languages that there is, else the
// first text.
func (n *Notice) In(languages ...string) NoticeText {
	for _, want := range languages {
		for _, t := range n.Texts {
			if strings.EqualFold(base(t.Language), base(want)) {
				return t
			}
		}
	}
	return n.Texts[0]
}

func base(language string) string {
	b, _, _ := strings.Cut(language, "-")
	return b
}

// Notice returns the notice in force, nil if there is none.
func (c *Cache) Notice() *Notice { return c.notice.Load() }

// SetNotice puts a notice in force, now and after a restart. From the moment it
// returns, consents that it does not cover are suspended.
func (c *Cache) SetNotice(n Notice) error {
	if len(n.Texts) == 0 || n.Version == "" {
		return fmt.Errorf("notice: %w: a version and a text are needed", ErrProfile)
	}
	for _, p := range n.Purposes {
		if !p.Purpose.Valid() {
			return fmt.Errorf("notice: %w: no purpose %q", ErrProfile, p.Purpose)
		}
	}
	if old := c.notice.Load(); old != nil && reflect.DeepEqual(*old, n) {
		return nil
	}
	if err := c.putOwn(bNotices, []byte(currentNotice), n); err != nil {
		return fmt.Errorf("store the notice: %w", err)
	}
	c.notice.Store(&n)
	return nil
}

const currentNotice = "current"

// readNotice puts the notice in force that was in force before.
func (c *Cache) readNotice() error {
	var n Notice
	err := c.getOwn(bNotices, []byte(currentNotice), &n)
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the notice: %w", err)
	}
	c.notice.Store(&n)
	return nil
}

// A Shown is the exact text she agreed to, behind the hash that her consent
// names.
type Shown struct {
	Version    string `json:"version"`  // of the notice; empty if there was none
	Language   string `json:"language"` // BCP 47
	Text       string `json:"text"`
	Controller string `json:"controller,omitempty"`
	Contact    string `json:"contact,omitempty"`
	URL        string `json:"url,omitempty"`
	Retention  string `json:"retention,omitempty"`
}

// KeepText keeps a text under what a consent will name. It is nobody's: many
// customers agree to the same one.
func (c *Cache) KeepText(notice string, s Shown) error {
	if _, err := c.Text(notice); err == nil {
		return nil
	}
	if err := c.putOwn(bTexts, c.keys.Index(bTexts, notice), s); err != nil {
		return fmt.Errorf("keep a text: %w", err)
	}
	return nil
}

// Text returns the text behind what a consent names, or ErrUnknown: she agreed
// elsewhere.
func (c *Cache) Text(notice string) (Shown, error) {
	var s Shown
	err := c.getOwn(bTexts, c.keys.Index(bTexts, notice), &s)
	return s, err
}

// putOwn and getOwn are for what is the box's own and nobody's data.
func (c *Cache) putOwn(bucket string, key []byte, v any) error {
	own, err := c.keys.Sealer(ownSubject)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return c.file.Update(func(tx *vault.Tx) error { return tx.Put(bucket, key, own.Seal(bucket, key, vOwn, plain)) })
}

func (c *Cache) getOwn(bucket string, key []byte, v any) error {
	own, err := c.keys.Sealer(ownSubject)
	if err != nil {
		return err
	}
	return c.file.View(func(tx *vault.Tx) error {
		sealed := tx.Get(bucket, key)
		if sealed == nil {
			return ErrUnknown
		}
		plain, _, err := own.Open(bucket, key, sealed)
		if errors.Is(err, vault.ErrSealed) {
			return ErrUnknown // of keys that were begun anew
		}
		if err != nil {
			return err
		}
		return json.Unmarshal(plain, v)
	})
}
