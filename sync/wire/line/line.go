// Package line hides the MQTT client: it keeps one connection to a broker up,
// says when it is, and moves bytes both ways with a bounded window. Both ends
// of the protocol stand on it.
//
// It never stores a message and never treats the broker's acknowledgement as
// delivery: a published message may be lost until the other side says, in a
// message of its own, that it has it. It never waits without a limit.
package line

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// Limits of one connection.
const (
	window         = 128       // messages handed to the broker and not yet taken by it
	inbox          = 1<<16 - 1 // messages received and not yet read: as many as a broker can number
	ahead          = 512       // of them, ready for who reads
	connectTimeout = 30 * time.Second
	publishTimeout = 30 * time.Second
	writeTimeout   = 10 * time.Second
	keepAlive      = 30 * time.Second
	pingTimeout    = 10 * time.Second
	settled        = 10 * time.Second // a connection that lasted this long was good
	maxRetry       = 2 * time.Minute

	// patience is how many times longer than the next pause a broker has been
	// away by then. A store wants to be met soon after a short outage; a broker
	// wants a fleet to come back spread out, the more so the longer it was
	// away and the more there is to send. With an eighth, a broker that was away
	// for a minute is met within 12 seconds more, one that was away for ten
	// minutes within two minutes, whoever long within three; and a store tries
	// some fifty times in the first quarter of an hour.
	patience = 8
)

// What ends a connection besides the network.
var (
	errInbox   = errors.New("received faster than processed; the broker sends the rest again")
	errPublish = errors.New("the broker did not take a message in time")
)

// A Will is what the broker publishes, retained, when the connection dies.
type Will struct {
	Topic   string
	Payload []byte
}

// Options describe a line.
type Options struct {
	Broker   string // tls://host:8883, wss://host:443/path; tcp:// for tests
	ClientID string // the common name of the certificate
	TLS      *tls.Config
	Dial     func(context.Context) (net.Conn, error) // nil: dial Broker
	Filters  []string                                // subscriptions, QoS 1
	Proxy    string                                  // http://host:port through which Broker is reached; empty: none
	Will     func() (Will, error)                    // asked before each connection; nil: none
	Lost     func(error)                             // told why a connection ended or did not come up; nil: nobody
	Retry    time.Duration                           // first pause between connections; 0: 1 s
	MaxRetry time.Duration                           // longest pause; 0: 2 min
	Log      *slog.Logger                            // nil: discard
}

// Check says what is wrong with the broker's address.
func (o Options) Check() error {
	u, err := url.Parse(o.Broker)
	if err != nil || u.Host == "" {
		return fmt.Errorf("broker %q: want tls://host:8883 or wss://host:443/path", o.Broker)
	}
	switch u.Scheme {
	case "tls", "ssl", "mqtts", "wss", "tcp", "ws":
		return nil
	}
	return fmt.Errorf("broker %q: unknown scheme: want tls or wss", o.Broker)
}

// Run connects, calls session for as long as the connection lasts, and begins
// again after a pause with jitter, until ctx is done. It returns nil then. The
// pause grows with the time since the line was last of use.
func Run(ctx context.Context, o Options, session func(context.Context, *Session) error) error {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Retry <= 0 {
		o.Retry = time.Second
	}
	if o.MaxRetry <= 0 {
		o.MaxRetry = maxRetry
	}
	lost, quiet := time.Now(), false // wall time: it judges a socket, not the store's day
	for ctx.Err() == nil {
		good, err := once(ctx, o, session)
		if ctx.Err() != nil {
			break
		}
		if o.Lost != nil {
			o.Lost(err)
		}
		if good {
			lost, quiet = time.Now(), false
		}
		if !quiet {
			o.Log.Warn("line down", "broker", o.Broker, "cause", err)
			quiet = true // change is one line, however often it is tried
		}
		pause := min(max(time.Since(lost)/patience, o.Retry), o.MaxRetry)
		select {
		case <-ctx.Done():
		case <-time.After(pause/2 + rand.N(pause)): // a fleet must not come back in step
		}
	}
	return nil
}

// once is one connection. It was good if it lasted, or if something was taken
// that came from the other end: that the broker answers, or has something in
// store, says nothing of how it is.
func once(ctx context.Context, o Options, session func(context.Context, *Session) error) (good bool, err error) {
	s := &Session{queue: inboxQueue{more: make(chan struct{}, 1)}, in: make(chan Delivery, ahead), requests: make(chan request), slots: make(chan struct{}, window)}
	lost, cancel := context.WithCancelCause(ctx)
	s.ctx, s.cancel = lost, cancel
	defer s.waiting.Wait()
	defer cancel(nil)
	opts, err := o.client(ctx, s)
	if err != nil {
		return false, err
	}
	s.client = mqtt.NewClient(opts)
	defer s.client.Disconnect(250)
	if err := s.wait(s.client.Connect(), connectTimeout); err != nil {
		return false, fmt.Errorf("connect: %w", err)
	}
	filters := make(map[string]byte, len(o.Filters))
	for _, f := range o.Filters {
		filters[f] = 1
	}
	if err := s.wait(s.client.SubscribeMultiple(filters, nil), connectTimeout); err != nil {
		return false, fmt.Errorf("subscribe: %w", err)
	}
	go s.hand()
	go s.deliver()
	began := time.Now()
	o.Log.Info("line up", "broker", o.Broker)
	err = session(lost, s)
	if cause := context.Cause(lost); cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return s.useful.Load() || time.Since(began) > settled, err
}

func (o Options) client(ctx context.Context, s *Session) (*mqtt.ClientOptions, error) {
	c := mqtt.NewClientOptions().
		AddBroker(o.Broker).
		SetClientID(o.ClientID).
		SetProtocolVersion(4).
		SetCleanSession(false). // the broker keeps what comes while the line is down
		SetStore(mqtt.NewOrderedMemoryStore()).
		SetAutoReconnect(false). // Run does, with jitter
		SetConnectRetry(false).
		SetOrderMatters(true). // receive only queues, so it cannot block the client
		SetAutoAckDisabled(true).
		SetConnectTimeout(connectTimeout).
		SetWriteTimeout(writeTimeout).
		SetKeepAlive(keepAlive).
		SetPingTimeout(pingTimeout).
		SetDefaultPublishHandler(s.receive). // before Connect: a kept session delivers at once
		SetConnectionLostHandler(func(_ mqtt.Client, err error) { s.cancel(fmt.Errorf("connection lost: %w", err)) })
	if o.TLS != nil {
		c.SetTLSConfig(o.TLS)
	}
	dial, err := o.dialer()
	if err != nil {
		return nil, err
	}
	c.SetCustomOpenConnectionFn(func(*url.URL, mqtt.ClientOptions) (net.Conn, error) { return dial(ctx) })
	if o.Will != nil {
		w, err := o.Will()
		if err != nil {
			return nil, fmt.Errorf("last will: %w", err)
		}
		c.SetBinaryWill(w.Topic, w.Payload, 1, true)
	}
	return c, nil
}
