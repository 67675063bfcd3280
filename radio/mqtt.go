package radio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"foyer/floor"
	"foyer/radio/format"
	"foyer/radio/wipe"
)

// sensorTopic is what a sensor publishes to, followed by its id.
const sensorTopic = "foyer-sensor/v1/"

// maxMessage is the largest MQTT payload in bytes.
const maxMessage = 64 << 10

// MQTT is the source of canonical reports by MQTT 3.1.1 or 5 over TLS: a
// broker that nothing comes out of. A sensor connects with its id as the user
// name and its token as the password, publishes NDJSON to
// foyer-sensor/v1/<its id>, and can do nothing else: no subscription is
// granted, no message is kept, retained or passed on, not even a will. A
// Bluetooth receiver of another make publishes to its own topics instead.
type MQTT struct {
	o       ListenOptions
	sensors credentials
}

// NewMQTT returns a source that listens once Run is called.
func NewMQTT(o ListenOptions) (*MQTT, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	sensors, err := newCredentials(o.Sensors, o.Intake)
	if err != nil {
		return nil, err
	}
	return &MQTT{o: o, sensors: sensors}, nil
}

// Name returns "mqtt", or "mqtt-plain" without TLS.
func (m *MQTT) Name() string {
	if m.o.Plain {
		return "mqtt-plain"
	}
	return "mqtt"
}

// Run serves until ctx ends and closes the listener.
func (m *MQTT) Run(ctx context.Context, out chan<- floor.Batch) error {
	broker := mochi.New(&mochi.Options{
		Capabilities: capabilities(),
		// The broker logs whole packets with its warnings.
		Logger:                 slog.New(slog.DiscardHandler),
		SysTopicResendInterval: 24 * 3600,
	})
	if err := broker.AddHook(&sensorHook{m: m, ctx: ctx, out: out}, nil); err != nil {
		return fmt.Errorf("serve sensor messages: %w", err)
	}
	if err := broker.Serve(); err != nil {
		return fmt.Errorf("serve sensor messages: %w", err)
	}
	var l net.Listener = guard(m.o.Listener)
	if !m.o.Plain {
		l = secureListener{l, m.o.tlsConfig()}
	}
	var conns connections
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	err := m.accept(l, broker, &conns)
	l.Close()
	conns.closeAll()
	err = errors.Join(err, broker.Close())
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("serve sensor messages: %w", err)
}

// accept hands connections to the broker, each on a goroutine that a fault
// ends without a word of what it read.
func (m *MQTT) accept(l net.Listener, broker *mochi.Server, conns *connections) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		// The broker sets deadlines only once it knows the client.
		if err := c.SetDeadline(time.Now().Add(maxUnannounced)); err != nil {
			c.Close()
			continue
		}
		if m.o.Plain {
			c = wipe.Conn(c)
		}
		conns.serve(c, func() {
			defer func() {
				if recover() != nil {
					m.o.Intake.fault()
				}
			}()
			err := broker.EstablishConnection("sensors", c)
			if errors.Is(err, packets.ErrPacketTooLarge) {
				m.o.Intake.guests.n.refused.Add(1)
			}
		})
	}
}

func capabilities() *mochi.Capabilities {
	c := mochi.NewDefaultServerCapabilities()
	c.MaximumClients = maxConns
	c.MaximumPacketSize = maxMessage + 256 // the topic and the header
	c.MaximumSessionExpiryInterval = 60
	c.MaximumClientWritesPending = 16
	c.MaximumInflight = 64
	c.ReceiveMaximum = 64
	c.TopicAliasMaximum = 0
	c.MinimumProtocolVersion = 4
	c.SharedSubAvailable, c.WildcardSubAvailable, c.SubIDAvailable = 0, 0, 0
	c.Compatibilities.NoInheritedPropertiesOnAck = true // nothing of a message comes back
	return c
}

// connections are the open ones, so that Run can end them all.
type connections struct {
	mu   sync.Mutex
	open map[net.Conn]struct{}
	wg   sync.WaitGroup
}

func (c *connections) serve(conn net.Conn, f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == nil {
		c.open = map[net.Conn]struct{}{}
	}
	c.open[conn] = struct{}{}
	c.wg.Add(1)
	go func() {
		defer c.wg.Done()
		defer func() {
			conn.Close()
			c.mu.Lock()
			defer c.mu.Unlock()
			delete(c.open, conn)
		}()
		f()
	}()
}

// closeAll ends every connection and waits for what serves it. No serve may
// follow.
func (c *connections) closeAll() {
	c.mu.Lock()
	for conn := range c.open {
		conn.Close()
	}
	c.mu.Unlock()
	c.wg.Wait()
}

// sensorHook is the broker's whole policy.
type sensorHook struct {
	mochi.HookBase
	m   *MQTT
	ctx context.Context
	out chan<- floor.Batch
}

// ID names the hook.
func (h *sensorHook) ID() string { return "sensors" }

// Provides tells the broker what to ask.
func (h *sensorHook) Provides(b byte) bool {
	return bytes.IndexByte([]byte{mochi.OnConnectAuthenticate, mochi.OnACLCheck, mochi.OnPublish}, b) >= 0
}

// OnConnectAuthenticate lets a sensor in by its id and token. The session is
// named after the credential, so that no sensor can take over another's.
func (h *sensorHook) OnConnectAuthenticate(cl *mochi.Client, pk packets.Packet) bool {
	owner, ok := h.m.sensors.byName(pk.Connect.Username, pk.Connect.Password)
	// foyer's own sensors speak TLS: a token that was sent without is refused.
	if !ok || h.m.o.Plain && owner.topics == nil {
		h.m.o.Intake.guests.n.unauthorized.Add(1)
		return false
	}
	cl.ID = owner.ID
	cl.Properties.Will = mochi.Will{}
	if limit := uint16(maxSilence / time.Second); cl.State.Keepalive == 0 || cl.State.Keepalive > limit {
		cl.State.Keepalive = limit
	}
	return true
}

// OnACLCheck lets a sensor publish to its own topic and do nothing else.
func (h *sensorHook) OnACLCheck(cl *mochi.Client, topic string, write bool) bool {
	owner, known := h.m.sensors.byID(cl.ID)
	switch {
	case !known || !write:
	case owner.topics != nil:
		if owner.topics.may(topic) {
			return true
		}
	default:
		if id, ok := strings.CutPrefix(topic, sensorTopic); ok && id == cl.ID {
			return true
		}
	}
	h.m.o.Intake.guests.n.refused.Add(1)
	return false
}

// OnPublish takes the message and tells the broker to do nothing with it.
func (h *sensorHook) OnPublish(cl *mochi.Client, pk packets.Packet) (packets.Packet, error) {
	defer clear(pk.Payload)
	n := &h.m.o.Intake.guests.n
	owner, ok := h.m.sensors.byID(cl.ID)
	if !ok || h.ctx.Err() != nil {
		return pk, packets.CodeSuccessIgnore
	}
	if len(pk.Payload) > maxMessage {
		n.refused.Add(1)
		return pk, packets.CodeSuccessIgnore
	}
	var result outcome
	switch {
	case owner.topics == nil:
		result = h.m.o.Intake.ndjson(h.ctx, owner.account, time.Time{}, bytes.NewReader(pk.Payload), h.out)
	case pk.FixedHeader.Retain: // what a receiver leaves for others is old, or no reading
		return pk, packets.CodeSuccessIgnore
	default:
		result = h.m.o.Intake.payload(h.ctx, owner.account, owner.topics.format, format.Payload{Body: pk.Payload, From: pk.TopicName}, h.out)
	}
	if errors.Is(result.err, errBudget) {
		wait(h.ctx, patience)
	}
	return pk, packets.CodeSuccessIgnore
}
