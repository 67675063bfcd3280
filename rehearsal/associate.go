package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"time"

	"foyer/sync/wire"
)

// How made-up associates behave, in store time.
const (
	acceptShare   = 0.85 // of offers; of the rest half are declined, half missed
	reactLeast    = 3 * time.Second
	reactMost     = 18 * time.Second
	comeLeast     = 15 * time.Second
	comeMost      = 50 * time.Second
	serveLeast    = 50 * time.Second
	serveMost     = 140 * time.Second
	rehearsalPIN  = "2468"
	streamRetries = 200 * time.Millisecond // of the wall
)

// associate is one made-up member of staff with a paired device.
type associate struct {
	who     wire.Associate
	browser *browser
	clock   *Clock
	r       *rand.Rand
	log     *slog.Logger
}

// signOn pairs the device with a code and signs on.
func (a *associate) signOn(ctx context.Context, code string) error {
	err := a.browser.form(ctx, "/staff/pair", url.Values{"code": {code}, "pin": {rehearsalPIN}, "again": {rehearsalPIN}})
	if err != nil {
		return fmt.Errorf("pair: %w", err)
	}
	err = a.browser.do(ctx, "POST", "/v1/associate/session", map[string]string{"associate": a.who.ID, "pin": rehearsalPIN}, nil)
	if err != nil {
		return fmt.Errorf("sign on: %w", err)
	}
	return nil
}

// Run keeps a stream open and answers what comes by it, until ctx ends.
func (a *associate) Run(ctx context.Context) error {
	offers := make(chan string, 8)
	go func() {
		defer close(offers)
		for ctx.Err() == nil {
			err := a.browser.follow(ctx, "/v1/associate/stream", func(event, id string) {
				if event == "offer.created" {
					select {
					case offers <- id:
					default: // she cannot look at everything
					}
				}
			})
			if err != nil && ctx.Err() == nil {
				a.log.Debug("stream", "err", err)
				time.Sleep(streamRetries)
			}
		}
	}()
	for id := range offers {
		if err := a.answer(ctx, id); err != nil && ctx.Err() == nil {
			a.log.Debug("offer", "err", err)
		}
	}
	return nil
}

func (a *associate) wait(ctx context.Context, least, most time.Duration) {
	_ = a.clock.Sleep(ctx, least+time.Duration(a.r.Float64()*float64(most-least)))
}

// answer takes one offer to its end.
func (a *associate) answer(ctx context.Context, id string) error {
	a.wait(ctx, reactLeast, reactMost)
	switch u := a.r.Float64(); {
	case u > acceptShare+(1-acceptShare)/2:
		return nil // she did not see it
	case u > acceptShare:
		return a.browser.do(ctx, "POST", "/v1/offers/"+id+"/decline", map[string]string{"reason": "busy"}, nil)
	}
	var card struct {
		Visit string `json:"visit"`
	}
	if err := a.browser.do(ctx, "POST", "/v1/offers/"+id+"/accept", struct{}{}, &card); err != nil {
		return err
	}
	if card.Visit == "" {
		return errors.New("an accepted offer without a visit")
	}
	a.wait(ctx, comeLeast, comeMost)
	if err := a.browser.do(ctx, "POST", "/v1/visits/"+card.Visit+"/greeted", struct{}{}, nil); err != nil {
		return err
	}
	a.wait(ctx, serveLeast, serveMost)
	if err := a.browser.do(ctx, "POST", "/v1/visits/"+card.Visit+"/wrap-up", map[string]bool{"served": true}, nil); err != nil {
		return err
	}
	return a.browser.do(ctx, "PUT", "/v1/associate/presence", map[string]string{"status": "available"}, nil) // she is quick
}
