package rehearsal

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// How made-up customers behave, in store time.
const (
	openLeast  = 5 * time.Second // from the door to opening the page
	openMost   = 40 * time.Second
	lookEvery  = 4 * time.Second // at the page, while something is open on it
	helpShare  = 0.15            // of those who browse, ask for help after a while
	helpAfter  = 90 * time.Second
	leaveShare = 0.5 // say on the page that they are done
)

// shopper is one made-up customer in the store with her phone.
type shopper struct {
	who     Customer
	code    string
	walk    *Walk
	browser *browser
	clock   *Clock
	scorer  *Scorer
	r       *rand.Rand
	log     *slog.Logger
	tapped  func(visit string) // she is about to announce herself
}

// me is what she reads of GET /v1/me.
type me struct {
	Stage string `json:"stage"`
	Visit string `json:"visit"`
}

// Run is her visit: from the door, over her page, to the door.
func (s *shopper) Run(ctx context.Context) error {
	defer s.browser.close()
	in, out, ok := s.walk.Inside()
	if !ok || s.who.Chooses == Ignore && s.who.Profile.Visibility == "invisible" && s.r.Float64() < 0.5 {
		return nil // she does not even open the page
	}
	wait := openLeast + time.Duration(s.r.Float64()*float64(openMost-openLeast))
	if s.clock.SleepUntil(ctx, in.Add(wait)) != nil {
		return nil
	}
	if s.who.Profile.Style == "let_me_browse" {
		s.scorer.Chose(s.who.Profile.Customer, true) // her standing wish, until she says otherwise
	}
	if err := s.browser.do(ctx, "POST", "/v1/me/session", map[string]string{"code": s.code}, nil); err != nil {
		s.log.Debug("sign in", "err", err)
		return nil
	}
	s.look(ctx, out)
	if s.r.Float64() < leaveShare && ctx.Err() == nil {
		_ = s.browser.do(ctx, "POST", "/v1/me/visit/not-today", struct{}{}, nil)
	}
	return nil
}

// look reads the page from time to time and answers what it asks.
func (s *shopper) look(ctx context.Context, out time.Time) {
	answered, helped, since := false, false, s.clock.Now()
	for s.clock.Now().Before(out) && ctx.Err() == nil {
		var now me
		if err := s.browser.do(ctx, "GET", "/v1/me", nil, &now); err != nil {
			s.log.Debug("look", "err", err)
		}
		switch {
		case now.Stage == "away" && s.clock.Now().Sub(since) > time.Minute:
			since = s.clock.Now() // not found yet: she tries again
			_ = s.browser.do(ctx, "POST", "/v1/me/check-ins", map[string]string{"source": "page"}, nil)
		case now.Stage == "awaiting" && !answered, now.Stage == "grace" && s.who.Chooses == NotToday && !answered:
			answered = true
			s.answer(ctx, now)
		case now.Stage == "browsing" && !helped && s.clock.Now().Sub(since) > helpAfter:
			helped = true
			s.maybeHelp(ctx)
		}
		if s.clock.Sleep(ctx, lookEvery) != nil {
			return
		}
	}
}

// answer is her choice on the page.
func (s *shopper) answer(ctx context.Context, now me) {
	customer := s.who.Profile.Customer
	var err error
	switch s.who.Chooses {
	case Announce:
		s.scorer.Chose(customer, false)
		s.tapped(now.Visit)
		err = s.browser.do(ctx, "POST", "/v1/me/visit/announce", map[string]string{"style": "approach_me"}, nil)
	case Browse:
		s.scorer.Chose(customer, true)
		err = s.browser.do(ctx, "POST", "/v1/me/visit/announce", map[string]string{"style": "let_me_browse"}, nil)
	case NotToday:
		err = s.browser.do(ctx, "POST", "/v1/me/visit/not-today", struct{}{}, nil)
	}
	if err != nil {
		s.log.Debug("answer", "err", err)
	}
}

// maybeHelp turns looking around into a request; from then on she may be
// offered to somebody.
func (s *shopper) maybeHelp(ctx context.Context) {
	if s.r.Float64() >= helpShare {
		return
	}
	s.scorer.Chose(s.who.Profile.Customer, false)
	if err := s.browser.do(ctx, "POST", "/v1/me/help", struct{}{}, nil); err != nil {
		s.log.Debug("help", "err", err)
	}
}
