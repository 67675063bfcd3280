package wire

import (
	"fmt"

	"foyer/floor"
)

func (p Roster) check() error {
	var r rules
	r.count("associates", len(p.Associates))
	seen := make(map[string]bool, len(p.Associates))
	for i, a := range p.Associates {
		at := fmt.Sprintf("associates[%d].", i)
		r.id(at+"id", a.ID)
		r.text(at+"name", a.Name)
		r.oneOf(at+"role", string(a.Role), string(floor.RoleAssociate), string(floor.RoleManager))
		r.oneOf(at+"tier", string(a.Tier), string(floor.TierUntrained), string(floor.TierRestricted), string(floor.TierStandard))
		r.optional(at+"department", string(a.Department))
		r.texts(at+"skills", a.Skills)
		r.texts(at+"languages", a.Languages)
		for j, c := range a.Covers {
			r.id(fmt.Sprintf("%scovers[%d]", at, j), c)
		}
		if seen[a.ID] {
			r.fail(at+"id", "stands twice in the roster")
		}
		seen[a.ID] = true
	}
	return r.err
}

func (p Schedule) check() error {
	var r rules
	if len(p.Shifts) > 4*maxItems {
		r.fail("shifts", "%d entries, at most %d", len(p.Shifts), 4*maxItems)
	}
	for i, s := range p.Shifts {
		at := fmt.Sprintf("shifts[%d]", i)
		r.id(at+".associate", s.Associate)
		r.span(at, s.From, s.To)
	}
	return r.err
}

// maxPhrase is the most bytes of a text of a profile, and of all texts of one
// purchase: what boxes keep. A test in box holds both to it.
const maxPhrase = 2000

func (r *rules) phrase(at, s string) {
	if len(s) > maxPhrase {
		r.fail(at, "%d bytes, at most %d", len(s), maxPhrase)
	}
}

func (r *rules) phrases(at string, list []string) {
	r.texts(at, list)
	for i, s := range list {
		r.phrase(fmt.Sprintf("%s[%d]", at, i), s)
	}
}

func (p Profile) check() error {
	var r rules
	r.id("customer", p.Customer)
	r.phrase("form", p.Form)
	r.phrase("say", p.Say)
	r.phrases("languages", p.Languages)
	r.oneOfOrNone("style", p.Style, "approach_me", "only_mine", "let_me_browse")
	r.oneOfOrNone("visibility", p.Visibility, "automatic", "ask_each_visit", "invisible")
	if p.Home != "" {
		r.id("home", p.Home)
	}
	if p.ServicePriority < 0 || p.ServicePriority > 3 {
		r.fail("service_priority", "want 0 to 3")
	}
	r.ids("preferred", p.Preferred)
	r.ids("blocked", p.Blocked)
	r.phrases("wishes", p.Wishes)
	r.phrases("interests", p.Interests)
	r.audience("audience.store", p.Audience.Store)
	r.audience("audience.other_stores", p.Audience.OtherStores)
	r.audience("audience.online", p.Audience.Online)
	r.stated(p.Stated)
	r.services(p.Services)
	r.purchases(p.Purchases)
	r.count("consents", len(p.Consents))
	for i, c := range p.Consents {
		r.consent(fmt.Sprintf("consents[%d].", i), c)
	}
	return r.err
}

func (r *rules) audience(at, s string) { r.oneOfOrNone(at, s, "closed", "default", "open") }

func (r *rules) stated(list []StatedPreference) {
	r.count("stated", len(list))
	for i, s := range list {
		at := fmt.Sprintf("stated[%d].", i)
		r.id(at+"id", s.ID)
		r.oneOf(at+"kind", s.Kind, "preference", "size", "occasion")
		r.text(at+"text", s.Text)
		r.phrase(at+"text", s.Text)
		r.oneOf(at+"audience", s.Audience, "anyone", "mine")
	}
}

func (r *rules) services(list []ServiceItem) {
	r.count("services", len(list))
	for i, s := range list {
		at := fmt.Sprintf("services[%d].", i)
		r.id(at+"id", s.ID)
		r.text(at+"text", s.Text)
		r.phrase(at+"text", s.Text)
	}
}

func (r *rules) purchases(list []Purchase) {
	r.count("purchases", len(list))
	for i, p := range list {
		at := fmt.Sprintf("purchases[%d].", i)
		r.id(at+"id", p.ID)
		r.time(at+"at", p.At)
		if p.Store != "" && !ValidID(p.Store) {
			r.fail(at+"store", "want 1 to 32 of a-z, 0-9, '-', or nothing for online")
		}
		r.optional(at+"seller", p.Seller)
		r.text(at+"category", p.Category)
		r.text(at+"text", p.Text)
		r.phrase(at+"text", p.Text+p.Category+p.Colour+p.Store)
		r.oneOf(at+"sensitivity", p.Sensitivity, "ordinary", "personal", "gift", "special")
	}
}

func (r *rules) purpose(at, p string) {
	r.oneOf(at, p, "presence", "profile_to_associates", "history_store", "history_other_stores",
		"history_online", "photo", "content_personal", "positions_for_service")
}

func (r *rules) consent(at string, c Consent) {
	r.purpose(at+"purpose", c.Purpose)
	if c.Wall <= 0 {
		r.fail(at+"wall", "want milliseconds since 1970")
	}
	r.id(at+"node", c.Node)
	r.short(at+"notice", c.Notice)
	r.short(at+"method", c.Method)
}

func (p ConsentChange) check() error {
	var r rules
	r.id("customer", p.Customer)
	r.consent("", p.Consent)
	return r.err
}

func (p Erase) check() error {
	var r rules
	r.id("customer", p.Customer)
	r.optional("proof", p.Proof)
	r.oneOfOrNone("asked", p.Asked, AskedByCustomer, AskedByOperator, AskedByHeadquarters)
	if p.Asked == AskedByCustomer && p.Proof == "" {
		r.fail("proof", "missing: it finds the answer")
	}
	return r.err
}

func (p Invitation) check() error {
	var r rules
	r.sha256("code_sha256", p.CodeSHA256)
	r.id("customer", p.Customer)
	r.time("expires", p.Expires)
	return r.err
}

func (p Geofence) check() error {
	var r rules
	r.id("customer", p.Customer)
	r.time("at", p.At)
	return r.err
}
