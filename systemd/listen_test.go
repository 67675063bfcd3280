package systemd

import (
	"errors"
	"net"
	"strings"
	"testing"
)

func loopback(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func handed(t *testing.T, pid string, given map[int]net.Listener, fds, names string) (*Sockets, error) {
	t.Helper()
	env := map[string]string{"LISTEN_PID": pid, "LISTEN_FDS": fds, "LISTEN_FDNAMES": names}
	return socketsFrom(func(k string) string { return env[k] }, 42, func(fd int, _ string) (net.Listener, error) {
		if given[fd] == nil {
			return nil, errors.New("bad file descriptor")
		}
		return given[fd], nil
	})
}

func TestSocketsAreHandedOver(t *testing.T) {
	guest, staff := loopback(t), loopback(t)
	s, err := handed(t, "42", map[int]net.Listener{3: guest, 4: staff}, "2", "guest:staff")
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Listen(StaffSocket, staff.Addr().String())
	if err != nil || l != staff {
		t.Errorf("got %v, %v, want the socket handed over", l, err)
	}
	own, err := s.Listen(SensorsSocket, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	if _, err := s.Listen(GuestSocket, "127.0.0.2:443"); !errors.Is(err, ErrElsewhere) || !strings.Contains(err.Error(), "restart foyer-guest.socket") {
		t.Errorf("a socket at another address was taken: %v", err)
	}
}

func TestNobodyAskedForASocket(t *testing.T) {
	extra := loopback(t)
	s, err := handed(t, "42", map[int]net.Listener{3: extra}, "1", "old")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := net.Dial("tcp", extra.Addr().String()); err == nil {
		t.Error("a port that nobody serves stayed open")
	}
}

func TestSocketsOfAnotherProcess(t *testing.T) {
	for _, pid := range []string{"", "41"} {
		s, err := handed(t, pid, nil, "1", "guest")
		if err != nil || s.take(GuestSocket) != nil {
			t.Errorf("LISTEN_PID %q: %v, %v", pid, s, err)
		}
	}
	var none *Sockets
	if none.take(GuestSocket) != nil || none.Close() != nil {
		t.Error("nil holds something")
	}
}

func TestBadSockets(t *testing.T) {
	for _, tt := range [][2]string{{"x", "guest"}, {"-1", "guest"}, {"2", "guest"}, {"1", "guest:staff"}, {"65", strings.Repeat(":", 64)}, {"1", "guest"}} {
		if _, err := handed(t, "42", nil, tt[0], tt[1]); err == nil {
			t.Errorf("%q was taken", tt)
		}
	}
	l := loopback(t)
	if _, err := handed(t, "42", map[int]net.Listener{3: l, 4: l}, "2", "guest:guest"); err == nil {
		t.Error("one name twice was taken")
	}
}

func TestSame(t *testing.T) {
	for _, tt := range []struct {
		bound, address string
		want           bool
	}{
		{"10.20.0.2:443", "10.20.0.2:443", true},
		{"[::ffff:10.20.0.2]:443", "10.20.0.2:443", true},
		{"10.20.0.2:443", "10.20.0.2:8443", false},
		{"10.20.0.2:443", "10.30.0.2:443", false},
		{"[::]:443", ":443", true},
		{"10.20.0.2:443", ":443", false},
		{"10.20.0.2:443", "box.chain.example:443", true},
		{"[fd00::2]:443", "[fd00::2]:443", true},
		{"10.20.0.2:443", "nonsense", false},
	} {
		a, err := net.ResolveTCPAddr("tcp", tt.bound)
		if err != nil {
			t.Fatal(err)
		}
		if got := same(a, tt.address); got != tt.want {
			t.Errorf("%s for %s: %v", tt.bound, tt.address, got)
		}
	}
}

func TestSocketUnits(t *testing.T) {
	got := SocketUnits(map[string]string{GuestSocket: "10.20.0.2:443", StaffSocket: "[fd00::2]:443", SensorsSocket: ":8443", MQTTSocket: ""})
	if len(got) != 4 {
		t.Fatalf("%d files: %v", len(got), got)
	}
	for unit, lines := range map[string][]string{
		"foyer-guest.socket":              {"ListenStream=10.20.0.2:443", "FileDescriptorName=guest", "Service=foyer.service", "FreeBind=yes"},
		"foyer-staff.socket":              {"ListenStream=[fd00::2]:443", "FileDescriptorName=staff"},
		"foyer-sensors.socket":            {"ListenStream=[::]:8443"},
		"foyer.service.d/50-sockets.conf": {"Sockets=foyer-guest.socket foyer-sensors.socket foyer-staff.socket"},
	} {
		for _, line := range lines {
			if !strings.Contains(got[unit], line+"\n") {
				t.Errorf("%s lacks %s:\n%s", unit, line, got[unit])
			}
		}
	}
	if none := SocketUnits(map[string]string{GuestSocket: "box.example:443", StaffSocket: "127.0.0.1:0"}); len(none) != 0 {
		t.Errorf("systemd cannot listen there: %v", none)
	}
}
