package box_test

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"foyer/box"
	"foyer/config"
	"foyer/floor"
	"foyer/profile"
	"foyer/vault"
)

// An open store on its real listeners, with a sensor, an accounting client, a
// clock of its own and customers c-0, c-1, … who allow to be noticed. Each comes
// with a phone and an address of her own.
type openStore struct {
	t              *testing.T
	at             box.Addresses
	clock          atomic.Int64 // ns since 1970
	dir            string
	accountingTold byte
}

const customers = 16

func newOpenStore(t *testing.T, opens time.Time) *openStore {
	t.Helper()
	s := &openStore{t: t, dir: t.TempDir()}
	s.clock.Store(opens.UnixNano())
	plan, err := floor.Example().JSON()
	if err != nil {
		t.Fatal(err)
	}
	secretFile(t, s.dir, "plan.json", string(plan))
	token := sha256.Sum256([]byte("token"))
	c, err := config.Parse([]byte(strings.Join([]string{
		"store: {chain: test, id: shop, timezone: UTC}",
		"data: " + filepath.Join(s.dir, "data"), "runtime: " + filepath.Join(s.dir, "run"), "identity: " + identity(t, s.dir),
		"plan: " + filepath.Join(s.dir, "plan.json"),
		fmt.Sprintf(`listen: {guest: ":0", staff: "127.0.0.1:0", sensors: "127.0.0.1:0", radius: %q}`, freePort(t)),
		"names: {guest: here.localhost, staff: staff.localhost}", "mdns: {enabled: false}",
		fmt.Sprintf("sensors: [{id: floor, token_sha256: %x}]", token),
		fmt.Sprintf("sources: [{name: nas, kind: radius, from: [127.0.0.1], secret_file: %q}]", secretFile(t, s.dir, "radius", "s3cret")),
	}, "\n")), nil)
	if err != nil {
		t.Fatal(err)
	}
	s.people(c)
	ready, done := make(chan box.Addresses, 1), make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		done <- box.Run(ctx, box.Inputs{Config: c, Tick: 5 * time.Millisecond, Now: s.now, Watch: box.Watch{Ready: func(a box.Addresses) { ready <- a }}})
	}()
	select {
	case s.at = <-ready:
	case err := <-done:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *openStore) now() time.Time       { return time.Unix(0, s.clock.Load()).UTC() }
func (s *openStore) pass(d time.Duration) { s.clock.Add(int64(d)) }
func (s *openStore) status() box.Status   { return status(s.t, s.at.Admin) }
func (s *openStore) phone(n int) string   { return fmt.Sprintf("02:00:5e:10:00:%02x", n) }
func (s *openStore) address(n int) string { return fmt.Sprintf("127.0.1.%d", n+1) }
func (s *openStore) until(ok func(box.Status) bool) box.Status {
	s.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		got := s.status()
		if ok(got) {
			return got
		}
		if time.Now().After(end) {
			s.t.Fatalf("not in 20 s: %+v", got.Radio)
		}
	}
}

// people writes the customers before the box opens, as headquarters would have.
func (s *openStore) people(c *config.Config) {
	s.t.Helper()
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		s.t.Fatal(err)
	}
	root, err := c.OpenRootKey()
	if err != nil {
		s.t.Fatal(err)
	}
	keys, err := vault.OpenKeys(c.Data, root, vault.KeyOptions{Now: s.now})
	if err != nil {
		s.t.Fatal(err)
	}
	profiles, err := profile.Open(c.Data, keys, profile.Options{Now: s.now, Node: "hq"})
	if err != nil {
		s.t.Fatal(err)
	}
	for n := range customers {
		c, err := floor.ParseCustomer(fmt.Sprintf("c-%d", n))
		if err == nil {
			err = profiles.Put(profile.New(c))
		}
		if err == nil {
			_, err = profiles.Grant(c, s.now().Add(-time.Hour), "n", "app", profile.Presence, profile.ProfileToAssociates)
		}
		if err == nil {
			err = profiles.Invite(profile.Invitation{CodeHash: sha256.Sum256(fmt.Appendf(nil, "CODE%d", n)), Customer: c, Expires: s.now().Add(time.Hour * 24)})
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if err := profiles.Close(); err != nil {
		s.t.Fatal(err)
	}
	if err := keys.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// a guest is somebody's browser on the store's Wi-Fi.
type guest struct {
	s    *openStore
	http *http.Client
}

func (s *openStore) guest(from string) *guest {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(s.at.Guest)
	if err != nil {
		s.t.Fatal(err)
	}
	d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	host := "127.0.0.1"
	if strings.Contains(from, ":") {
		host = "::1"
	}
	return &guest{s, &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return d.DialContext(ctx, network, net.JoinHostPort(host, port))
		}, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}}
}

func (g *guest) send(method, path, body string) (int, string) {
	g.s.t.Helper()
	_, port, _ := net.SplitHostPort(g.s.at.Guest)
	req, err := http.NewRequest(method, "https://here.localhost:"+port+path, strings.NewReader(body))
	if err != nil {
		g.s.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := g.http.Do(req)
	if err != nil {
		g.s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		g.s.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func (g *guest) must(method, path, body string) {
	g.s.t.Helper()
	if status, text := g.send(method, path, body); status/100 != 2 {
		g.s.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
}

// hear lets the sensor report lines about a phone.
func (s *openStore) hear(phone, more string) {
	s.t.Helper()
	req, err := http.NewRequest("POST", "https://"+s.at.Sensors+"/v1/reports", strings.NewReader(fmt.Sprintf(`{"ap":"ap-01","client":%q%s}`+"\n", phone, more)))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer token")
	req.Header.Set("Content-Type", "application/x-ndjson")
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	res, err := c.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if text, _ := io.ReadAll(res.Body); res.StatusCode/100 != 2 {
		s.t.Fatalf("the sensor: %s %s", res.Status, text)
	}
}

// account lets the access point account for a phone.
func (s *openStore) account(status uint32, phone, ip string) {
	s.t.Helper()
	s.accountingTold++
	p := append([]byte{4, s.accountingTold, 0, 0}, make([]byte, 16)...)
	attr := func(kind byte, v []byte) { p = append(append(p, kind, byte(2+len(v))), v...) }
	attr(40, binary.BigEndian.AppendUint32(nil, status))
	attr(44, []byte("session of "+phone))
	attr(31, []byte(strings.ToUpper(strings.ReplaceAll(phone, ":", "-"))))
	if ip != "" {
		attr(8, net.ParseIP(ip).To4())
	}
	binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
	sum := md5.Sum(append(slices.Clone(p), "s3cret"...))
	copy(p[4:], sum[:])
	conn, err := net.Dial("udp", s.at.RADIUS)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(p); err != nil {
		s.t.Fatal(err)
	}
	conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := conn.Read(make([]byte, 64)); err != nil {
		s.t.Fatal(err)
	}
}

// comes signs customer n in from an address; find is what tells the box whose
// radio that is, while she waits.
func (s *openStore) comes(n int, from string, find func()) *guest {
	s.t.Helper()
	g := s.guest(from)
	before := s.status().Radio
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.send("POST", "/v1/me/session", fmt.Sprintf(`{"code":"CODE%d"}`, n))
	}()
	s.until(func(x box.Status) bool { return x.Radio.Waiting > before.Waiting })
	find()
	<-done
	return g
}
