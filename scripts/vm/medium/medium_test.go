package medium

import (
	"errors"
	"testing"

	"github.com/mdlayher/netlink"
)

// transmission is a frame's message as the kernel writes it.
func transmission(t testing.TB, sender, data, attempts []byte) []byte {
	t.Helper()
	ae := netlink.NewAttributeEncoder()
	ae.Bytes(attrTransmitter, sender)
	ae.Bytes(attrFrame, data)
	ae.Uint32(attrFlags, 1)
	ae.Bytes(attrAttempts, attempts)
	ae.Uint64(attrCookie, 1<<40)
	ae.Uint32(attrFreq, 2412)
	b, err := ae.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParse(t *testing.T) {
	data := make([]byte, 24)
	f, err := parse(transmission(t, address(3), data, []byte{7, 1, 0xff, 0}))
	if err != nil || f.from != 3 || len(f.data) != 24 || f.flags != 1 || f.attempts[0] != 7 || f.cookie != 1<<40 || f.freq != 2412 {
		t.Errorf("%+v %v", f, err)
	}
	for name, b := range map[string][]byte{
		"nothing":   nil,
		"no sender": transmission(t, nil, data, []byte{7, 1}),
		"short":     transmission(t, address(3), data[:10], []byte{7, 1}),
		"no rate":   transmission(t, address(3), data, nil),
	} {
		if _, err := parse(b); !errors.Is(err, errFrame) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLevel(t *testing.T) {
	m := &Medium{levels: map[[2]int]int{}}
	m.Set(3, 0, -71)
	if m.level(3, 0) != -71 || m.level(0, 3) != -50 || m.level(3, 1) != -50 {
		t.Error(m.levels)
	}
}
