package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/cmd/foyer-hq/fleet"
	"foyer/sync/office"
	"foyer/sync/wire/line/linetest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/eclipse/paho%2emqtt%2egolang.(*client).Publish"))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// folder is headquarters of a fleet, with its broker's certificate.
func folder(t *testing.T) (dir, broker string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "hq")
	must(t, office.InitCA(dir, time.Now()))
	must(t, office.SetChain(dir, "fleet"))
	broker, err := office.IssueBroker(dir, []string{"127.0.0.1", "localhost"}, time.Now())
	must(t, err)
	return dir, broker
}

// mosquitto is the real broker of a fleet.
func mosquitto(t *testing.T, dir string) *linetest.Mosquitto {
	t.Helper()
	return linetest.NewMosquitto(t, func(tmp string, port int) string {
		acl := filepath.Join(tmp, "acl")
		conf, text, err := office.MosquittoConfig(dir, acl, tmp, port)
		must(t, err)
		must(t, os.WriteFile(acl, []byte(text), 0o600))
		return conf
	})
}

func whole(t *testing.T, r fleet.Report, atLeast int) {
	t.Helper()
	t.Logf("figure: %+v", r)
	if r.Lost+r.Missing+r.Double > 0 || r.Recorded < atLeast || r.Acknowledged != r.Recorded {
		t.Errorf("want every event once, %d of them at least", atLeast)
	}
}

// A small fleet on the real broker, which dies in the middle and comes back:
// everything arrives, once.
func TestFleet(t *testing.T) {
	dir, _ := folder(t)
	m := mosquitto(t, dir)
	var once sync.Once
	done := make(chan struct{})
	o := fleet.Options{Dir: dir, Broker: m.URL(), Stores: 8, For: 2 * time.Second, Rate: 60, Retry: 20 * time.Millisecond, MaxRetry: time.Second,
		Patience: time.Second, Progress: func(part string, at, total int64) {
			if part == "recording" && at > total/3 {
				once.Do(func() {
					go func() {
						defer close(done)
						m.Stop(t)
						m.Start(t)
					}()
				})
			}
		}}
	r, err := fleet.Run(t.Context(), o)
	must(t, err)
	<-done
	whole(t, r, 100)
	if r.PushAll <= 0 || r.AckP99 < r.AckP50 || r.AckP50 <= 0 {
		t.Errorf("measured: %+v", r)
	}
	// The same folder again: what was played before does not count.
	o.Stores, o.For, o.Progress = 2, 300*time.Millisecond, nil
	r, err = fleet.Run(t.Context(), o)
	must(t, err)
	whole(t, r, 10)
}

// A thousand stores for a minute, each as busy as a busy one; with the race detector
// 200 of them, five times as busy, for it would take gigabytes.
func TestFleetOfAThousand(t *testing.T) {
	if os.Getenv("FOYER_LONG") == "" {
		t.Skip("SKIPPED: a thousand stores for a minute; FOYER_LONG=1")
	}
	stores := 1000
	if raced {
		stores = 200
	}
	dir, _ := folder(t)
	r, err := fleet.Run(t.Context(), fleet.Options{Dir: dir, Broker: mosquitto(t, dir).URL(), Stores: stores, Rate: 116, For: time.Minute, Drain: 5 * time.Minute})
	must(t, err)
	whole(t, r, 6000)
}

func TestFleetRefuses(t *testing.T) {
	dir, _ := folder(t)
	for _, o := range []fleet.Options{{Dir: dir, Stores: 0, For: time.Second}, {Dir: dir, Stores: 1}} {
		if _, err := fleet.Run(t.Context(), o); err == nil {
			t.Errorf("%+v is played", o)
		}
	}
	_, err := office.IssueStore(dir, "fleet", "014", []string{"localhost"}, time.Now())
	must(t, err)
	if _, err := fleet.Run(t.Context(), fleet.Options{Dir: dir, Broker: "tls://127.0.0.1:1", Stores: 1, For: time.Second}); err == nil || !strings.Contains(err.Error(), "real stores") {
		t.Errorf("among real stores: %v", err)
	}
}

// natsVersion is the broker of a cluster for tests.
const natsVersion = "github.com/nats-io/nats-server/v2@v2.15.2"

// A node is one broker of a cluster.
type node struct {
	name, conf, mqtt string
	cmd              *exec.Cmd
	out              strings.Builder
}

func (n *node) start(t *testing.T, program string) {
	t.Helper()
	n.cmd = exec.Command(program, "-c", n.conf)
	n.cmd.Stdout, n.cmd.Stderr = &n.out, &n.out
	must(t, n.cmd.Start())
}

func (n *node) kill() {
	if n.cmd != nil && n.cmd.Process.Kill() == nil {
		n.cmd.Wait() // killed: its exit status says nothing
	}
}

// cluster starts three nodes of nats-server with JetStream, every stream on all
// three, and MQTT over TLS with certificates on both sides.
func cluster(t *testing.T, certs string) []*node {
	t.Helper()
	bin := t.TempDir()
	build := exec.Command("go", "install", natsVersion)
	build.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=-trimpath")
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: nats-server cannot be built: %v\n%s", err, out)
	}
	routes := make([]string, 3)
	for i := range routes {
		routes[i] = fmt.Sprintf("127.0.0.1:%d", linetest.Port(t))
	}
	var nodes []*node
	for i := range routes {
		n := &node{name: fmt.Sprintf("n%d", i), conf: filepath.Join(bin, fmt.Sprintf("n%d.conf", i)), mqtt: fmt.Sprintf("127.0.0.1:%d", linetest.Port(t))}
		text := fmt.Sprintf(`server_name: %s
listen: 127.0.0.1:%d
jetstream { store_dir: %q, max_memory_store: 64MB, max_file_store: 1GB }
cluster { name: foyer, listen: %s, routes: [nats://%s] }
mqtt { listen: %s, stream_replicas: 3, consumer_replicas: 3, ack_wait: "5s", max_ack_pending: 2000
  tls { cert_file: %q, key_file: %q, ca_file: %q, verify: true } }
`, n.name, linetest.Port(t), filepath.Join(bin, "data"+n.name), routes[i], strings.Join(routes, ", nats://"), n.mqtt,
			filepath.Join(certs, "broker.pem"), filepath.Join(certs, "broker.key"), filepath.Join(certs, "ca.pem"))
		must(t, os.WriteFile(n.conf, []byte(text), 0o600))
		n.start(t, filepath.Join(bin, "nats-server"))
		nodes = append(nodes, n)
		t.Cleanup(func() {
			n.kill()
			if t.Failed() {
				said := n.out.String()
				t.Logf("%s said:\n%s", n.name, said[max(0, len(said)-3000):])
			}
		})
	}
	return nodes
}

// A balancer stands before a cluster, as one does in earnest: it hands each
// connection to the next node that takes it.
type balancer struct {
	net.Listener
	mu    sync.Mutex
	next  int
	nodes []*node
	open  sync.WaitGroup
}

func (b *balancer) serve() {
	for {
		c, err := b.Accept()
		if err != nil {
			return
		}
		b.open.Add(1)
		go func() {
			defer b.open.Done()
			defer c.Close()
			b.forward(c)
		}()
	}
}

func (b *balancer) forward(c net.Conn) {
	b.mu.Lock()
	first := b.next
	b.next++
	b.mu.Unlock()
	for i := range b.nodes {
		to, err := net.DialTimeout("tcp", b.nodes[(first+i)%len(b.nodes)].mqtt, time.Second)
		if err != nil {
			continue
		}
		go func() { io.Copy(to, c); to.Close() }() // either end's end is both ends'
		io.Copy(c, to)
		to.Close()
		return
	}
}

// A chain outgrows one broker: three nodes, every stream on all three. One is
// killed in the middle, with everything that was on its way; it comes back later.
// What headquarters acknowledged is there, once.
func TestFleetOnACluster(t *testing.T) {
	if os.Getenv("FOYER_LONG") == "" {
		t.Skip("SKIPPED: a cluster of three brokers, of which one is killed; FOYER_LONG=1")
	}
	dir, certs := folder(t)
	nodes := cluster(t, certs)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	b := &balancer{Listener: l, nodes: nodes}
	go b.serve()
	t.Cleanup(func() { l.Close(); b.open.Wait() })
	var once sync.Once
	killed := make(chan struct{})
	o := fleet.Options{Dir: dir, Broker: "tls://" + l.Addr().String(), Stores: 30, For: 40 * time.Second, Drain: 5 * time.Minute, Rate: 150,
		Retry: 200 * time.Millisecond, MaxRetry: 5 * time.Second, Patience: 5 * time.Second,
		Progress: func(part string, at, total int64) {
			if part == "recording" && at > total/2 {
				once.Do(func() {
					go func() {
						defer close(killed)
						nodes[1].kill()
						time.Sleep(10 * time.Second)
						nodes[1].start(t, nodes[1].cmd.Path)
					}()
				})
			}
		}}
	ctx, cancel := context.WithTimeoutCause(t.Context(), 12*time.Minute, errors.New("the cluster does not come to rest"))
	defer cancel()
	r, err := fleet.Run(ctx, o)
	must(t, err)
	<-killed
	whole(t, r, 5000)
}
