package staff

import (
	"html/template"
	"time"

	"foyer/concierge"
	"foyer/web/look"
)

// offerView is the question whether she will go.
type offerView struct {
	look.Page
	ID          concierge.OfferID
	Label, Name string
	Place       string
	Plan        template.HTML
	Left, Of    int // seconds
	Hint, Then  string
	Urgent      bool // nobody else has come: it is felt for longer
	Sound       bool // it is heard
}

func offerOf(p look.Page, o concierge.Offer, w where, now time.Time) offerView {
	v := offerView{Page: p, ID: o.ID, Place: w.words(), Plan: w.plan, Hint: "Let it pass if you cannot go.",
		Of:   max(1, int(o.Deadline.Sub(o.Created)/time.Second)),
		Left: max(0, int((o.Deadline.Sub(now)+time.Second-1)/time.Second))}
	v.Urgent = o.Escalated
	switch {
	case o.Escalated:
		v.Label, v.Name, v.Hint = "Nobody has come yet", "A client waits for help", "You are asked as the manager. Her name comes with your yes."
	case o.Cover:
		v.Label, v.Name, v.Hint = "You would cover", "A client would like help", "Her name comes with your yes."
		if o.Covering != "" {
			v.Label += " for " + o.Covering
		}
		if !o.Requested {
			v.Name = "A client is here"
		}
	case o.Requested:
		v.Label, v.Name, v.Then = "She has asked for you", named(o.Name), "A colleague is asked next."
	default:
		v.Label, v.Name = "She is here", named(o.Name)
	}
	return v
}

// Gone is how much of the ring is gone, in seconds.
func (v offerView) Gone() int { return max(0, v.Of-v.Left) }
