package concierge

import (
	"slices"
	"strings"
	"time"

	"foyer/floor"
)

// A Topic is something a customer may ask for by name: what she has come to
// fetch, or what somebody who is in knows how to do.
type Topic struct {
	ID, Text string
	Item     bool // hers, to be fetched
}

const (
	topicItem  = "item:"
	topicSkill = "skill:"
)

// Topics are what she may ask for now.
func (d *Desk) Topics(c floor.Customer, now time.Time) []Topic {
	p, err := d.person(c)
	if err != nil {
		return nil
	}
	var out []Topic
	for _, x := range p.Services {
		if x.Until.IsZero() || now.Before(x.Until) {
			out = append(out, Topic{topicItem + x.ID, x.Text, true})
		}
	}
	var skills []string
	for _, id := range d.order {
		if _, on := d.onShift(id, now); on && d.attends(id).signedOn && !slices.Contains(p.Blocked, id) {
			skills = append(skills, d.roster[id].Skills...)
		}
	}
	slices.Sort(skills)
	for _, s := range slices.Compact(skills) {
		out = append(out, Topic{topicSkill + s, strings.ReplaceAll(s, "_", " "), false})
	}
	return out
}

// HelpWith is her wish that somebody comes for something in particular: to hand
// over what she has come for, or somebody who knows how. An empty topic is any.
func (d *Desk) HelpWith(c floor.Customer, topic string, now time.Time) error {
	if topic != "" && !slices.ContainsFunc(d.Topics(c, now), func(t Topic) bool { return t.ID == topic }) {
		return ErrNothing
	}
	if s := d.stays[c]; s != nil {
		s.skill, _ = strings.CutPrefix(topic, topicSkill)
		if !strings.HasPrefix(topic, topicSkill) {
			s.skill = ""
		}
	}
	return d.Help(c, now)
}
