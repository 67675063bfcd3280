package radio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"foyer/floor"
	"foyer/radio/fetch"
	"foyer/radio/format"
)

// PollOptions are the settings of a controller that is asked over HTTP.
type PollOptions struct {
	Feed
	Client *fetch.Client
	User   string                 // "" where the secret is a key
	Secret func() ([]byte, error) // reads the password, key or token
	Site   string                 // of a UniFi controller
}

// Poll is the source that asks a controller for its clients, again and again.
type Poll struct {
	*feed
	o     PollOptions
	asks  []ask
	login func(ctx context.Context, secret []byte) error // nil where every request shows the secret
	head  func(http.Header, []byte)

	mu     sync.Mutex // held while logging in
	logged bool
}

// An ask is one question of a poll; page gives the path of the next page of
// its answer, "" after the last.
type ask struct {
	part, path, format string
	page               func(path string, answer []byte) string
}

// next gives the path of the page after an answer, which is overwritten.
func (a ask) next(answer []byte) string {
	defer clear(answer)
	if a.page == nil {
		return ""
	}
	return a.page(a.path, answer)
}

// maxPages is how many pages of one answer are read.
const maxPages = 32

func newPoll(o PollOptions, every time.Duration, asks ...ask) (*Poll, error) {
	var formats []string
	for _, a := range asks {
		formats = append(formats, a.format)
	}
	f, err := newFeed(o.Feed, every, formats...)
	if err != nil {
		return nil, err
	}
	if o.Client == nil || o.Secret == nil {
		return nil, fmt.Errorf("%w %s: it has no address or no secret", ErrFeed, o.Name)
	}
	return &Poll{feed: f, o: o, asks: asks}, nil
}

// Name returns the source's name.
func (p *Poll) Name() string { return p.o.Name }

// Run asks until ctx ends.
func (p *Poll) Run(ctx context.Context, out chan<- floor.Batch) error {
	defer p.o.Client.Close()
	var parts sync.WaitGroup
	for _, a := range p.asks {
		parts.Go(func() {
			p.poll(ctx, a.part, p.Every, func(ctx context.Context) error { return p.ask(ctx, a, out) })
		})
	}
	parts.Wait()
	return nil
}

// ask asks once, every page, and logs in anew if the session has ended.
func (p *Poll) ask(ctx context.Context, a ask, out chan<- floor.Batch) error {
	path := a.path
	for range maxPages {
		answer, err := p.page(ctx, a, path, out)
		if p.login != nil && (errors.Is(err, fetch.ErrDenied) || errors.Is(err, format.ErrDenied)) {
			p.mu.Lock()
			p.logged = false
			p.mu.Unlock()
			answer, err = p.page(ctx, a, path, out)
		}
		if err != nil {
			return err
		}
		if path = a.next(answer); path == "" {
			return nil
		}
	}
	return nil
}

func (p *Poll) page(ctx context.Context, a ask, path string, out chan<- floor.Batch) ([]byte, error) {
	header := http.Header{"Accept": {"application/json"}}
	if err := p.enter(ctx, header); err != nil {
		return nil, err
	}
	answer, err := p.o.Client.Do(ctx, http.MethodGet, path, header, nil)
	if err != nil {
		return nil, err
	}
	err = p.deliver(ctx, a.format, format.Payload{Body: answer.Body, Sent: answer.Date, From: p.o.Client.Host()}, out, nil)
	if err != nil {
		clear(answer.Body)
		return nil, err
	}
	return answer.Body, nil
}

// enter shows the secret with the request, or sees to it that there is a
// session.
func (p *Poll) enter(ctx context.Context, header http.Header) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.login != nil && p.logged {
		return nil
	}
	secret, err := p.o.Secret()
	if err != nil {
		return fetch.ErrSecret
	}
	if p.login == nil {
		p.head(header, secret)
		return nil
	}
	if err := p.login(ctx, secret); err != nil {
		return err
	}
	p.logged = true
	return nil
}
