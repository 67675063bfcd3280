package radio

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// heapChild names the child's part of TestHeap in its environment.
const heapChild = "FOYER_HEAP_CHILD"

// aviary is what the child says of itself.
type aviary struct {
	HTTP, MQTT string
	CA         []byte
	Mask       [6]byte // with which it masks addresses in memory
}

// TestHeapChild is the process whose memory is searched: both listeners, and no
// canary but those that others send it. It writes its heap into the file named
// on each line of its input.
func TestHeapChild(t *testing.T) {
	if os.Getenv(heapChild) == "" {
		t.Skip("it is started by TestHeap")
	}
	b := newBench(t, IntakeOptions{Rate: -1})
	b.lease(t, 1)
	cert, _ := certificate()
	one := addr(t, 1)
	mask := masked(leasedBird, *(*[6]byte)(unsafe.Pointer(&one)))
	who, err := json.Marshal(aviary{listen(t, b, nil, newHTTP), listen(t, b, nil, newMQTT), cert.Certificate[0], mask})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("aviary %s\n", who)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		for len(b.out) > 0 {
			<-b.out
		}
		f, err := os.Create(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		for range 3 { // what pools hold goes with the second
			runtime.GC()
		}
		debug.WriteHeapDump(f.Fd())
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("dumped %d\n", b.guests.Stats().Deliveries)
	}
}

// leasedBird is the address of the one whom the child has leased.
var leasedBird = [6]byte{2, 0, 0x5e, 0x10, 0, 1}

func masked(a, mask [6]byte) (out [6]byte) {
	for i := range a {
		out[i] = a[i] ^ mask[i]
	}
	return out
}

// found returns the birds whose address stands in memory, as six bytes either
// way round, masked as the process masks them, as hexadecimal digits, or with a
// mark between each two.
func found(memory []byte, mask [6]byte, birds [][6]byte) []int {
	known, here := map[[6]byte][6]byte{}, map[[6]byte]bool{}
	for _, a := range birds {
		known[a], known[masked(a, mask)] = a, a
		known[[6]byte{a[5], a[4], a[3], a[2], a[1], a[0]}] = a
	}
	look := func(text []byte) {
		var a [6]byte
		if _, err := hex.Decode(a[:], text); err == nil {
			if bird, ok := known[a]; ok {
				here[bird] = true
			}
		}
	}
	for i := 0; i+17 <= len(memory); i++ {
		m := memory[i : i+17]
		if bird, ok := known[[6]byte(m)]; ok {
			here[bird] = true
		}
		if m[2] == m[5] && m[5] == m[8] && m[8] == m[11] && m[11] == m[14] {
			look([]byte{m[0], m[1], m[3], m[4], m[6], m[7], m[9], m[10], m[12], m[13], m[15], m[16]})
		}
		if c := m[0] | 0x20; c >= '0' && c <= 'f' {
			look(m[:12])
		}
	}
	var all []int
	for i, a := range birds {
		if here[a] {
			all = append(all, i)
		}
	}
	return all
}

// keep starts a child and returns what it said of itself and a function that
// has it write its heap down.
func keep(t *testing.T) (a aviary, dump func() ([]byte, string)) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestHeapChild$", "-test.v")
	cmd.Env = append(os.Environ(), heapChild+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); _, _ = io.Copy(io.Discard, out); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	said := func(word string) string {
		t.Helper()
		for lines.Scan() {
			if rest, ok := strings.CutPrefix(lines.Text(), word+" "); ok {
				return rest
			}
		}
		t.Fatalf("the child ends without saying %q", word)
		return ""
	}
	if err := json.Unmarshal([]byte(said("aviary")), &a); err != nil {
		t.Fatal(err)
	}
	return a, func() ([]byte, string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "heap")
		fmt.Fprintln(in, path)
		heard := said("dumped")
		memory, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return memory, heard
	}
}

// TestHeap sends strangers through both listeners of another process, and looks
// for them in its heap: in the buffers of open connections there are a few, and
// once those are closed nobody but who is leased. A new stack may lie in memory that
// was freed and not overwritten, and shows one now and then; who is kept is there
// every time.
func TestHeap(t *testing.T) {
	if testing.Short() {
		t.Skip("a process of its own, its heap written down and searched")
	}
	var always []int
	for try := range 3 {
		left := strangersLeft(t)
		if always = slices.DeleteFunc(left, func(i int) bool { return try > 0 && !slices.Contains(always, i) }); len(always) == 0 {
			return
		}
	}
	t.Errorf("after all connections are closed strangers %v are in memory, every time", always)
}

// strangersLeft tries it once, and returns who stays when all are closed.
func strangersLeft(t *testing.T) []int {
	t.Helper()
	a, dump := keep(t)
	ca, err := x509.ParseCertificate(a.CA)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	trust := &tls.Config{RootCAs: pool}
	transport := &http.Transport{TLSClientConfig: trust}
	client := &http.Client{Transport: transport}
	o := paho.NewClientOptions().AddBroker("ssl://" + a.MQTT).SetClientID("s1").SetUsername("s1").SetPassword(token1).
		SetTLSConfig(trust).SetProtocolVersion(4).SetAutoReconnect(false)
	m := paho.NewClient(o)
	done(t, m.Connect())
	birds := canaries()[:120]
	for i, bird := range birds {
		if i%3 == 0 {
			done(t, m.Publish("foyer-sensor/v1/s1", 1, false, songs(t, i, bird)))
			continue
		}
		post(t, client, "https://"+a.HTTP+"/v1/reports", token1, songs(t, i, bird))
	}
	all := append([][6]byte{leasedBird}, birds...) // the first of those found must be the first
	memory, heard := dump()
	in := found(memory, a.Mask, all)
	if heard != fmt.Sprint(len(birds)) || len(in) == 0 || in[0] != 0 {
		t.Fatalf("%s deliveries, and the one who is leased is not found: the search looks in the wrong place", heard)
	}
	// An open connection's buffers, which are the libraries', hold the end of what
	// it last delivered, and of a longer delivery before.
	if len(in) > 13 {
		t.Errorf("with two connections open %d strangers are in memory: %v", len(in)-1, in[1:])
	}
	transport.CloseIdleConnections()
	m.Disconnect(100)
	for range 5 { // until the child has noticed
		time.Sleep(200 * time.Millisecond)
		memory, _ = dump()
		if in = found(memory, a.Mask, all); len(in) == 1 {
			break
		}
	}
	if len(in) == 0 || in[0] != 0 {
		t.Fatal("the one who is leased is not found any more")
	}
	return in[1:]
}
