package practice

import (
	"foyer/floor"
	"foyer/policy"
)

// Version names the workshop. A new one changes what it teaches.
const Version = "discretion-2026-1"

// act is what a choice does with what the associate knows, or could.
type act uint8

const (
	talk    act = iota // an open question, or a greeting
	mention            // she says it
	use                // she acts on it, and says nothing
	answer             // the client has raised it, and she answers
	reveal             // she opens it with a reason that the client gave her
	pry                // she opens it with a reason of her own making
	stay               // she keeps in sight, and away
	come               // she goes to her
)

// item is one made-up thing there is to know, and how the table decides on it.
type item struct {
	text    string
	caption string
	decide  func(t *policy.Table, f policy.Facts) policy.Decision
	facts   func(f policy.Facts) policy.Facts // of a purchase; nil: it is none
}

// choice is one thing she may do. About is the item it is about, -1 for none.
type choice struct {
	text  string
	act   act
	about int
}

// scene is one made-up client.
type scene struct {
	id, title, client, story string
	relation                 policy.Relation
	browsing, company        bool
	items                    []item
	choices                  []choice
}

// bought is a purchase as the associate of a scene stands to it.
func bought(caption, text string, s policy.Seller, c policy.Channel, k policy.Sensitivity, a policy.Age) item {
	facts := func(f policy.Facts) policy.Facts {
		f.Seller, f.Channel, f.Sensitivity, f.Age, f.Audience = s, c, k, a, policy.AudienceDefault
		return f
	}
	return item{text: text, caption: caption, facts: facts,
		decide: func(t *policy.Table, f policy.Facts) policy.Decision { return t.Decide(facts(f)) }}
}

// known is a fact that is no purchase.
func known(caption, text string, k policy.Fact) item {
	return item{text: text, caption: caption, decide: func(_ *policy.Table, f policy.Facts) policy.Decision { return policy.DecideFact(k, f) }}
}

// noted is a note that somebody wrote.
func noted(caption, text string, n policy.Note) item {
	return item{text: text, caption: caption, decide: func(_ *policy.Table, f policy.Facts) policy.Decision { return policy.DecideNote(n, f) }}
}

// base is what every decision of a scene begins with: a trained associate, and a
// client who has said yes.
func (s scene) base() policy.Facts {
	return policy.Facts{Relation: s.relation, Tier: floor.TierStandard, Consent: true, Announced: true}
}

// advice are the guidance lines of the scene's card, before those of its items.
func (s scene) advice() policy.Lines {
	return policy.Advise(policy.Situation{Relation: s.relation, Browsing: s.browsing, InCompany: s.company})
}
