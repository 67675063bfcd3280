package box

import (
	"context"
	"time"

	"foyer/concierge"
	"foyer/profile"
	"foyer/sync/wire"
)

// checkNotice puts the legal text in force. What it suspends ends before
// headquarters hears that it is applied.
func (b *store) checkNotice(ctx context.Context) func([]byte) (func() error, error) {
	return func(data []byte) (func() error, error) {
		w, err := wire.Decode[wire.Notice](data)
		if err != nil {
			return nil, err
		}
		n := notice(w)
		return func() error {
			if err := b.profiles.SetNotice(n); err != nil {
				return err
			}
			return b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { d.NoticeChanged(now) })
		}, nil
	}
}

func notice(w wire.Notice) profile.Notice {
	n := profile.Notice{Version: w.Version, Controller: w.Controller, Contact: w.Contact, URL: w.URL}
	for _, p := range w.Purposes {
		n.Purposes = append(n.Purposes, profile.NoticePurpose{Purpose: profile.Purpose(p.Purpose), Covers: p.Covers, Retention: p.Retention})
	}
	for _, t := range append([]wire.Notice{w}, w.Translations...) {
		text := profile.NoticeText{Language: t.Language, Text: t.Text, Of: map[profile.Purpose]string{}}
		for _, p := range w.Purposes { // what is not translated stands in the first language
			text.Of[profile.Purpose(p.Purpose)] = p.Text
		}
		for _, p := range t.Purposes {
			text.Of[profile.Purpose(p.Purpose)] = p.Text
		}
		n.Texts = append(n.Texts, text)
	}
	return n
}
