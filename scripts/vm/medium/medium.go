// Package medium is the air between simulated radios: it carries every frame
// of mac80211_hwsim to the radios that may hear it, and gives each pair of
// radios a level of its own, which the kernel by itself does not. It hides the
// generic netlink family MAC80211_HWSIM. It loses no frame and makes none up,
// and it is for tests alone.
//
// A process that registers with the family gets each frame of each radio of its
// network namespace, wherever a radio was moved since, and must answer twice:
// with a copy for every receiver, and with whether it was acknowledged.
package medium

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
)

// Commands, attributes and flags of the family (mac80211_hwsim.h).
const (
	cmdRegister = 1
	cmdFrame    = 2
	cmdDone     = 3

	attrReceiver    = 1
	attrTransmitter = 2
	attrFrame       = 3
	attrFlags       = 4
	attrRate        = 5
	attrSignal      = 6
	attrAttempts    = 7
	attrCookie      = 8
	attrFreq        = 19

	flagNoAck = 2
	flagAcked = 4
)

// deaf is the level, in dBm, below which nothing is heard.
const deaf = -95

// errFrame means a message that is not as this kernel's header says.
var errFrame = errors.New("parse a frame: not what the kernel is known to send")

// A Medium carries frames between the first radios of the machine.
type Medium struct {
	conn   *genetlink.Conn
	family genetlink.Family
	radios int

	mu     sync.Mutex
	levels map[[2]int]int // dBm by sender and receiver
	frames uint64
}

// Open registers with the kernel. Until Close every frame of the radios goes
// through Run.
func Open(radios int) (*Medium, error) {
	c, err := genetlink.Dial(nil)
	if err != nil {
		return nil, fmt.Errorf("open generic netlink: %w", err)
	}
	m := &Medium{conn: c, radios: radios, levels: map[[2]int]int{}}
	if m.family, err = c.GetFamily("MAC80211_HWSIM"); err == nil {
		if err = c.SetReadBuffer(4 << 20); err == nil {
			_, err = c.Execute(m.message(cmdRegister, nil), m.family.ID, netlink.Request|netlink.Acknowledge)
		}
	}
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("register the medium: %w", err)
	}
	return m, nil
}

// Close gives the frames back to the kernel.
func (m *Medium) Close() error { return m.conn.Close() }

// Set makes what radio from sends arrive at radio to with a level in dBm. Pairs
// that were not set hear one another with -50.
func (m *Medium) Set(from, to, level int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.levels[[2]int{from, to}] = level
}

// Frames returns how many frames were sent so far.
func (m *Medium) Frames() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.frames
}

func (m *Medium) level(from, to int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l, ok := m.levels[[2]int{from, to}]; ok {
		return l
	}
	return -50
}

// Run carries frames until ctx ends. What the kernel does not take, such as a
// frame for a radio that is off, is no error.
func (m *Medium) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = m.conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	for {
		messages, _, err := m.conn.Receive()
		var refused *netlink.OpError
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &refused) && !errors.Is(err, os.ErrClosed):
			continue
		case err != nil:
			return fmt.Errorf("receive frames: %w", err)
		}
		for _, msg := range messages {
			if msg.Header.Command != cmdFrame {
				continue
			}
			f, err := parse(msg.Data)
			if err != nil {
				return err
			}
			if err := m.carry(f); err != nil {
				return err
			}
		}
	}
}

// A frame is one transmission.
type frame struct {
	from     int // the radio
	data     []byte
	flags    uint32
	attempts []byte // rates and tries, as the kernel wrote them
	cookie   uint64
	freq     uint32
}

func parse(b []byte) (f frame, err error) {
	ad, err := netlink.NewAttributeDecoder(b)
	if err != nil {
		return f, fmt.Errorf("parse a frame: %w", err)
	}
	var sender []byte
	for ad.Next() {
		switch ad.Type() {
		case attrTransmitter:
			sender = ad.Bytes()
		case attrFrame:
			f.data = ad.Bytes()
		case attrFlags:
			f.flags = ad.Uint32()
		case attrAttempts:
			f.attempts = ad.Bytes()
		case attrCookie:
			f.cookie = ad.Uint64()
		case attrFreq:
			f.freq = ad.Uint32()
		}
	}
	if err := ad.Err(); err != nil {
		return f, fmt.Errorf("parse a frame: %w", err)
	}
	if len(sender) != 6 || len(f.data) < 16 || len(f.attempts) < 2 {
		return f, errFrame
	}
	f.from = int(sender[4])
	return f, nil
}

// carry delivers f and says whether it was acknowledged.
func (m *Medium) carry(f frame) error {
	m.mu.Lock()
	m.frames++
	m.mu.Unlock()
	to := f.data[4:10] // the first address of any frame is the receiver's
	group := to[0]&1 != 0
	flags := f.flags
	signal := 0
	for r := range m.radios {
		level := m.level(f.from, r)
		if r == f.from || level < deaf || !group && int(to[4]) != r {
			continue
		}
		if err := m.deliver(f, r, level); err != nil {
			return err
		}
		if !group && f.flags&flagNoAck == 0 {
			flags |= flagAcked
			signal = level
		}
	}
	ae := netlink.NewAttributeEncoder()
	ae.Bytes(attrTransmitter, address(f.from))
	ae.Uint32(attrFlags, flags)
	ae.Int32(attrSignal, int32(signal))
	ae.Bytes(attrAttempts, f.attempts)
	ae.Uint64(attrCookie, f.cookie)
	return m.send(cmdDone, ae)
}

func (m *Medium) deliver(f frame, r, level int) error {
	ae := netlink.NewAttributeEncoder()
	ae.Bytes(attrReceiver, address(r))
	ae.Bytes(attrFrame, f.data)
	ae.Uint32(attrRate, uint32(f.attempts[0]))
	ae.Int32(attrSignal, int32(level))
	ae.Uint32(attrFreq, f.freq)
	return m.send(cmdFrame, ae)
}

func (m *Medium) send(cmd uint8, ae *netlink.AttributeEncoder) error {
	data, err := ae.Encode()
	if err == nil {
		_, err = m.conn.Send(m.message(cmd, data), m.family.ID, netlink.Request)
	}
	if err != nil {
		return fmt.Errorf("answer the kernel: %w", err)
	}
	return nil
}

func (m *Medium) message(cmd uint8, data []byte) genetlink.Message {
	return genetlink.Message{Header: genetlink.Header{Command: cmd, Version: m.family.Version}, Data: data}
}

// address is what the family calls a radio: the second of its two addresses,
// which differ in one bit.
func address(radio int) net.HardwareAddr {
	return net.HardwareAddr{0x42, 0, 0, 0, byte(radio), 0}
}
