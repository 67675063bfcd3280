package wire

import (
	"fmt"
	"slices"
	"strings"
)

func (p Content) check() error {
	var r rules
	r.count("items", len(p.Items))
	for i, c := range p.Items {
		at := fmt.Sprintf("items[%d].", i)
		r.id(at+"id", c.ID)
		r.oneOf(at+"kind", c.Kind, "new_arrival", "event", "trend")
		r.text(at+"title", c.Title)
		r.short(at+"text", c.Text)
		r.short(at+"place", c.Place)
		r.texts(at+"interests", c.Interests)
	}
	return r.err
}

func (p Notice) check() error {
	var r rules
	r.notice("", p)
	r.count("translations", len(p.Translations))
	for i, t := range p.Translations {
		at := fmt.Sprintf("translations[%d].", i)
		r.notice(at, t)
		if t.Version != p.Version {
			r.fail(at+"version", "want the version of the first text")
		}
		if len(t.Translations) > 0 {
			r.fail(at+"translations", "a translation has none")
		}
		for j, x := range t.Purposes {
			if !slices.ContainsFunc(p.Purposes, func(y NoticePurpose) bool { return x.Purpose == y.Purpose }) || len(x.Covers) > 0 {
				r.fail(fmt.Sprintf("%spurposes[%d]", at, j), "want a purpose of the first text, and nothing it covers")
			}
		}
	}
	return r.err
}

// maxVersion is the most bytes of a notice's version: consents carry it.
const maxVersion = 64

func (r *rules) notice(at string, n Notice) {
	r.text(at+"language", n.Language)
	r.text(at+"version", n.Version)
	if len(n.Version) > maxVersion || strings.Contains(n.Version, "page-") || n.Version == "none" {
		r.fail(at+"version", "want at most %d bytes, not none, and without page-", maxVersion)
	}
	r.short(at+"controller", n.Controller)
	r.short(at+"contact", n.Contact)
	r.short(at+"url", n.URL)
	seen := map[string]bool{}
	for i, p := range n.Purposes {
		at := fmt.Sprintf("%spurposes[%d].", at, i)
		r.purpose(at+"purpose", p.Purpose)
		r.text(at+"text", p.Text)
		r.texts(at+"covers", p.Covers)
		r.short(at+"retention", p.Retention)
		if seen[p.Purpose] {
			r.fail(at+"purpose", "stands twice")
		}
		seen[p.Purpose] = true
	}
	if n.Text == "" || len(n.Text) > small {
		r.fail(at+"text", "want 1 to %d bytes", small)
	}
}

func (p Guidance) check() error {
	var r rules
	r.count("lines", len(p.Lines))
	for i, l := range p.Lines {
		at := fmt.Sprintf("lines[%d].", i)
		r.id(at+"id", l.ID)
		r.text(at+"language", l.Language)
		r.text(at+"text", l.Text)
	}
	return r.err
}

func (p Revocations) check() error {
	var r rules
	r.ids("devices", p.Devices)
	r.ids("certificates", p.Certificates)
	if p.Keys != "" {
		if _, err := ParseSignKeys([]byte(p.Keys)); err != nil || len(p.Keys) > maxText {
			r.fail("keys", "want Ed25519 public keys in PEM, at most %d bytes", maxText)
		}
	}
	return r.err
}

func (p Firmware) check() error {
	var r rules
	r.text("version", p.Version)
	r.text("url", p.URL)
	return r.err
}

func (p Keyshare) check() error {
	var r rules
	if len(p.Share) != 32 {
		r.fail("share", "want 32 bytes")
	}
	return r.err
}

func (r *rules) use(s string) { r.oneOf("use", s, "mqtt", "lan", "guest") }

func (r *rules) pem(s string) {
	if s == "" || len(s) > small/2 {
		r.fail("pem", "want 1 to %d bytes", small/2)
	}
}

func (p Certificate) check() error {
	var r rules
	r.use(p.Use)
	switch {
	case p.Refused == "":
		r.pem(p.PEM)
	case p.PEM != "":
		r.fail("refused", "there is a certificate all the same")
	default:
		r.text("refused", p.Refused)
	}
	return r.err
}

func (p Ack) check() error {
	var r rules
	if !p.Resume {
		r.positive("epoch", p.Epoch)
	}
	r.count("also", len(p.Also))
	for i, a := range p.Also {
		if a.From > a.To {
			r.fail(fmt.Sprintf("also[%d]", i), "ends before it begins")
		}
	}
	return r.err
}
