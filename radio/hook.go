package radio

import (
	"context"
	"crypto/subtle"
	"fmt"
	"hash/maphash"
	"io"
	"net/http"
	"strings"
	"sync"

	"golang.org/x/time/rate"

	"foyer/floor"
	"foyer/radio/format"
	"foyer/radio/wipe"
)

const (
	maxQueued  = 64      // posts that wait to be read
	maxQueue   = 8 << 20 // bytes of them
	maxReading = 16      // posts that are being received, at most maxBody each
	maxPosts   = 256     // posts remembered, so that one that is sent again counts once
	hookRate   = 50      // posts a second, of whomever; one peer's share is the face's to limit
	hookBurst  = 200     // a cloud that was away sends what it has
)

// HookOptions are the settings of a source that a vendor's cloud posts to.
type HookOptions struct {
	Feed
	Secret    []byte
	Validator string // Meraki's: what it asks for before it posts
	V1        bool   // Mist's: accept the old signature, too
}

// A Hook is the source of a vendor's posts. Serve it below its Prefix, where
// the vendor reaches it: it answers at once and reads later, for a cloud that
// waits stops sending.
type Hook struct {
	*feed
	o     HookOptions
	kind  hookKind
	limit *rate.Limiter
	queue chan format.Payload

	open   chan struct{} // holds one for each post that is being received
	mu     sync.Mutex
	queued int              // bytes
	seed   maphash.Seed     // of this process alone
	posts  [maxPosts]uint64 // of late, by a keyed sum
	next   int
}

// A hookKind is what differs between the vendors.
type hookKind struct {
	vendor, format string
	// get answers the vendor's question whether this is its place; nil if it
	// does not ask.
	get func(*Hook, http.ResponseWriter)
	// genuine reports whether a post shows the secret, in constant time.
	genuine func(h *Hook, r *http.Request, body []byte) bool
}

// NewMeraki returns the source of Meraki's Scanning API.
func NewMeraki(o HookOptions) (*Hook, error) {
	if o.Validator == "" {
		return nil, fmt.Errorf("%w %s: it has no validator", ErrFeed, o.Name)
	}
	return newHook(o, hookKind{
		vendor: "meraki", format: "meraki",
		get: func(h *Hook, w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = io.WriteString(w, h.o.Validator) // whoever has gone asks again
		},
		genuine: func(h *Hook, _ *http.Request, body []byte) bool { return h.shown(shownSecret(body)) },
	})
}

// NewMist returns the source of Mist's webhooks.
func NewMist(o HookOptions) (*Hook, error) {
	return newHook(o, hookKind{
		vendor: "mist", format: "mist",
		genuine: func(h *Hook, r *http.Request, body []byte) bool {
			v1 := ""
			if h.o.V1 {
				v1 = r.Header.Get(format.MistSignatureV1)
			}
			return format.MistSigned(h.o.Secret, body, r.Header.Get(format.MistSignatureV2), v1)
		},
	})
}

// NewCMX returns the source of Cisco CMX's notifications. They show no secret,
// so the last part of their address is one.
func NewCMX(o HookOptions) (*Hook, error) {
	return newHook(o, hookKind{
		vendor: "cmx", format: "cmx",
		genuine: func(h *Hook, r *http.Request, _ []byte) bool {
			_, shown, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, h.Prefix()), "/")
			return h.shown([]byte(shown))
		},
	})
}

func newHook(o HookOptions, kind hookKind) (*Hook, error) {
	f, err := newFeed(o.Feed, 0, kind.format)
	switch {
	case err != nil:
		return nil, err
	case len(o.Secret) < 8:
		return nil, fmt.Errorf("%w %s: its secret is shorter than 8 characters", ErrFeed, o.Name)
	}
	return &Hook{feed: f, o: o, kind: kind, limit: rate.NewLimiter(hookRate, hookBurst),
		queue: make(chan format.Payload, maxQueued), open: make(chan struct{}, maxReading), seed: maphash.MakeSeed()}, nil
}

// Name returns the source's name.
func (h *Hook) Name() string { return h.o.Name }

// Prefix returns the path that the vendor is given: /v1/<vendor>/<name>.
func (h *Hook) Prefix() string { return "/v1/" + h.kind.vendor + "/" + h.o.Name }

// Run reads what was posted until ctx ends.
func (h *Hook) Run(ctx context.Context, out chan<- floor.Batch) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case p := <-h.queue:
			h.mu.Lock()
			h.queued -= len(p.Body)
			h.mu.Unlock()
			// What cannot be read is counted: the vendor has its answer.
			_ = h.deliver(ctx, h.kind.format, p, out, nil)
			clear(p.Body)
		}
	}
}

// ServeHTTP answers the vendor, and nobody else: whatever is wrong, there is
// nothing here.
func (h *Hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	n := &h.Intake.guests.n
	switch {
	case r.Method == http.MethodGet && h.kind.get != nil:
		h.kind.get(h, w)
		return
	case r.Method != http.MethodPost:
		h.Intake.turnAway(h.account, &n.refused)
		http.NotFound(w, r)
		return
	case !h.limit.Allow() || !h.enter():
		h.Intake.turnAway(h.account, &n.throttled)
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	defer func() { <-h.open }()
	body, err := wipe.All(http.MaxBytesReader(w, r.Body, maxBody), r.ContentLength)
	switch {
	case err != nil:
		h.Intake.turnAway(h.account, &n.refused)
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	case !h.kind.genuine(h, r, body):
		clear(body)
		h.Intake.turnAway(h.account, &n.unauthorized)
		http.NotFound(w, r)
	default:
		if !h.enqueue(body) {
			clear(body)
		}
		w.WriteHeader(http.StatusOK)
	}
}

// enter takes one of the places of those that are being received.
func (h *Hook) enter() bool {
	select {
	case h.open <- struct{}{}:
		return true
	default:
		return false
	}
}

// enqueue keeps a post to be read, unless it came before or too many wait. The
// vendor is told nothing of that: it would only send it again.
func (h *Hook) enqueue(body []byte) (kept bool) {
	n := &h.Intake.guests.n
	h.mu.Lock()
	defer h.mu.Unlock()
	sum := maphash.Bytes(h.seed, body)
	for _, p := range h.posts {
		if p == sum {
			h.Intake.turnAway(h.account, &n.refused)
			return false
		}
	}
	if h.queued+len(body) > maxQueue {
		n.queueFull.Add(1)
		return false
	}
	select {
	case h.queue <- format.Payload{Body: body, Secret: h.shown}:
		h.queued += len(body)
		h.posts[h.next%maxPosts] = sum
		h.next++
		return true
	default:
		n.queueFull.Add(1)
		return false
	}
}

func (h *Hook) shown(secret []byte) bool { return subtle.ConstantTimeCompare(secret, h.o.Secret) == 1 }
