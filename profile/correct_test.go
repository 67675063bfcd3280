package profile_test

import (
	"errors"
	"testing"
	"time"

	"foyer/profile"
)

// What she hid, corrected or removed here outlasts whatever headquarters sends
// again, gives way to its newer words, and is no correction any more once
// headquarters says the same.
func TestCorrectionsOutlastHeadquarters(t *testing.T) {
	b := newBox(t)
	p := full(t, "c-1")
	p.Stated = append(p.Stated, profile.StatedPreference{ID: "s2", Text: "Likes red"}, profile.StatedPreference{ID: "s3", Text: "Size 40"})
	p.Rev = 1
	err := b.cache.Put(p)
	her := p.Customer
	err = errors.Join(err, b.cache.Hide(her, "MARK-p1", true), b.cache.Correct(her, "s2", "Likes blue", noon),
		b.cache.Correct(her, "s2", "Likes green", noon.Add(time.Minute)), b.cache.Correct(her, "s3", "", noon))
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{"hidden by headquarters": b.cache.Hide(her, "p2", false), "no purchase": b.cache.Hide(her, "p9", true),
		"no preference": b.cache.Correct(her, "s9", "x", noon), "of nobody": b.cache.Hide(customer(t, "c-9"), "p1", true)} {
		if !errors.Is(err, profile.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	text := func(p profile.Profile, id string) string {
		for _, s := range p.Stated {
			if s.ID == id {
				return s.Text
			}
		}
		return ""
	}
	b.restart()
	again := b.get(her).Update(p, noon) // the same once more
	if !again.Purchases[0].Hidden || !again.Purchases[1].Hidden || text(again, "s2") != "Likes green" || text(again, "s3") != "" || len(again.Corrected) != 2 {
		t.Errorf("headquarters' old words undo hers: %+v, %+v", again.Stated, again.Purchases)
	}
	newer := full(t, "c-1")
	newer.Rev, newer.Purchases[0].Hidden = 2, true
	newer.Stated = append(newer.Stated, profile.StatedPreference{ID: "s2", Text: "Likes green"}, profile.StatedPreference{ID: "s3", Text: "Size 41"})
	settled := again.Update(newer, noon)
	if text(settled, "s2") != "Likes green" || text(settled, "s3") != "Size 41" || len(settled.Corrected) != 0 || settled.Purchases[0].HiddenHere {
		t.Errorf("headquarters' newer words: %+v, %+v", settled.Stated, settled.Corrected)
	}
	if err := b.cache.Hide(her, "MARK-p1", false); err != nil || b.get(her).Purchases[0].Hidden {
		t.Errorf("she cannot show it again: %v", err)
	}
	n, err := b.cache.Object(her, "MARK-n1", false)
	if err != nil || n.Objected || b.get(her).Notes[0].Objected {
		t.Errorf("she cannot take an objection back: %v, %+v", err, n)
	}
}
