package radio

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"foyer/floor"
	"foyer/radio/format"
	"foyer/radio/wipe"
)

// arubaPath is where Aruba's access points call.
const arubaPath = "/v1/aruba"

const (
	arubaPing  = 30 * time.Second // between questions whether an access point is still there
	arubaPings = 3                // without an answer, or a message, end the connection
	arubaWrite = 5 * time.Second
)

// ArubaOptions are the settings of one token of Aruba's IoT transport.
type ArubaOptions struct {
	Feed
	TokenSHA256 [32]byte // of the endpoint's access token
}

// Aruba is where the access points of Aruba's AOS 8 and Instant call in by
// WebSocket. It is served by the HTTPS source, as part of its address; each
// message shows the token of one of its feeds.
type Aruba struct {
	feeds       []arubaFeed
	first, ping time.Duration // until a message says whose it is; between pings
}

type arubaFeed struct {
	*feed
	token [32]byte
}

// NewAruba returns the place to call in for some tokens.
func NewAruba(list []ArubaOptions) (*Aruba, error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("%w: nobody may call", ErrFeed)
	}
	a := &Aruba{first: maxUnannounced, ping: arubaPing}
	for i, o := range list {
		f, err := newFeed(o.Feed, 5*time.Second, "aruba-aos8")
		if err != nil {
			return nil, err
		}
		for _, other := range a.feeds {
			if other.token == o.TokenSHA256 {
				return nil, fmt.Errorf("%w %s: it has the token of %s: give each its own", ErrFeed, o.Name, other.Name)
			}
		}
		if o.TokenSHA256 == [32]byte{} || o.TokenSHA256 == sha256.Sum256(nil) {
			return nil, fmt.Errorf("%w %s: entry %d has no token", ErrFeed, o.Name, i)
		}
		a.feeds = append(a.feeds, arubaFeed{f, o.TokenSHA256})
	}
	return a, nil
}

// serve takes the messages of one connection until it ends or ctx does.
func (a *Aruba) serve(w http.ResponseWriter, r *http.Request, out chan<- floor.Batch) {
	up := websocket.Upgrader{
		HandshakeTimeout: maxUnannounced, ReadBufferSize: 4096, WriteBufferSize: 1024,
		// An access point is no browser and sends no Origin; a page in one does.
		CheckOrigin: func(r *http.Request) bool { return r.Header.Get("Origin") == "" },
		Error: func(w http.ResponseWriter, _ *http.Request, status int, _ error) {
			refuse(status, "access points call here by WebSocket").write(w)
		},
	}
	c, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	stop := context.AfterFunc(r.Context(), func() { c.Close() })
	defer stop()
	var pings sync.WaitGroup
	done := make(chan struct{})
	pings.Go(func() { ping(c, a.ping, done) })
	defer func() {
		close(done)
		c.Close()
		pings.Wait()
	}()
	a.read(r.Context(), c, out)
}

// ping asks now and then whether the access point is still there.
func ping(c *websocket.Conn, every time.Duration, done <-chan struct{}) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			if c.WriteControl(websocket.PingMessage, nil, time.Now().Add(arubaWrite)) != nil {
				return
			}
		}
	}
}

// read takes messages. The first decides by its token whose they are; one that
// shows another token ends the connection.
func (a *Aruba) read(ctx context.Context, c *websocket.Conn, out chan<- floor.Batch) {
	c.SetReadLimit(maxMessage)
	alive := func(d time.Duration) error { return c.SetReadDeadline(time.Now().Add(d)) }
	if alive(a.first) != nil {
		return
	}
	var owner *arubaFeed
	c.SetPongHandler(func(string) error {
		if owner == nil { // an answer says nothing of whose it is
			return nil
		}
		return alive(arubaPings * a.ping)
	})
	for {
		kind, body, err := message(c)
		switch {
		case errors.Is(err, websocket.ErrReadLimit):
			a.feeds[0].Intake.guests.n.refused.Add(1)
			return
		case err != nil:
			return
		case kind != websocket.BinaryMessage:
			continue
		}
		if owner == nil {
			if owner = a.owner(body); owner == nil {
				a.feeds[0].Intake.guests.n.unauthorized.Add(1)
				return
			}
		}
		err = owner.message(ctx, body, out)
		clear(body)
		if errors.Is(err, format.ErrSecret) {
			owner.Intake.guests.n.unauthorized.Add(1)
			return
		}
		if alive(arubaPings*a.ping) != nil {
			return
		}
	}
}

// message reads the next message.
func message(c *websocket.Conn) (kind int, body []byte, err error) {
	kind, r, err := c.NextReader()
	if err == nil {
		body, err = wipe.All(r, 0)
	}
	return kind, body, err
}

// message takes one message, and slows a sender down that sends too much.
func (f *arubaFeed) message(ctx context.Context, body []byte, out chan<- floor.Batch) error {
	o := f.Intake.payload(ctx, f.account, f.formats["aruba-aos8"], format.Payload{Body: body, Every: f.Every, Secret: f.shown}, out)
	if errors.Is(o.err, errBudget) {
		wait(ctx, patience)
	}
	return o.err
}

func (f *arubaFeed) shown(token []byte) bool {
	sum := sha256.Sum256(token)
	return subtle.ConstantTimeCompare(sum[:], f.token[:]) == 1
}

// owner finds the feed whose token a message shows. It compares with every
// feed, so that its time tells nothing; it takes nothing of the message.
func (a *Aruba) owner(body []byte) *arubaFeed {
	found := -1
	var p format.Payload
	p.Body = body
	p.Secret = func(token []byte) bool {
		for i := range a.feeds {
			if a.feeds[i].shown(token) {
				found = i
			}
		}
		return false // nothing is to be read yet
	}
	a.peek(p)
	if found < 0 {
		return nil
	}
	return &a.feeds[found]
}

// peek decodes for the secret alone. A fault in a decoder ends the attempt.
func (a *Aruba) peek(p format.Payload) {
	defer func() {
		if recover() != nil {
			a.feeds[0].Intake.fault()
		}
	}()
	_ = a.feeds[0].formats["aruba-aos8"].Decode(p, nothing{})
}

// nothing is a sink that takes nothing.
type nothing struct{ format.Sink }
