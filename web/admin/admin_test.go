package admin_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"foyer/web/admin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func serve(t *testing.T, path string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	l, err := admin.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		ended <- admin.Serve(ctx, l, admin.Handlers{
			Status:  func() any { return map[string]int{"visits": 3} },
			Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("foyer_up 1\n")) }),
			Pair: func(_ context.Context, a string) (string, error) {
				if a != "ana" {
					return "", errors.New("no such associate on the roster")
				}
				return "ABCDE-FGHIJ", nil
			},
			Technician: func(context.Context) (string, error) { return "FGHIJ-ABCDE", nil },
			Survey: func(ctx context.Context, client string, each func([]byte) error) error {
				if client != "a&b" {
					return errors.New("no such device")
				}
				err := errors.Join(each([]byte("one\n")), each([]byte("two\n")))
				<-ctx.Done()
				return err
			},
			Erase: func(_ context.Context, customer string) (any, error) {
				if customer != "c 1&x" {
					return nil, errors.New("no customer's pseudonym")
				}
				return map[string]int{"ledger_row": 8}, nil
			},
			Verify: func(row uint64) (any, error) {
				if row == 3 {
					return row, nil
				}
				return nil, errors.New("row 7 is missing")
			},
			Tasks: func(context.Context) (any, error) { return []string{"v-1"}, nil },
			Task: func(_ context.Context, id string) (any, error) {
				if id != "v&1" {
					return nil, errors.New("no such task")
				}
				return id, nil
			},
		})
	}()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func TestSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.sock")
	stop := serve(t, path)
	defer stop()
	ctx := context.Background()
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if body, err := admin.Get(ctx, path, "/status"); err != nil || string(body) != `{"visits":3}` {
		t.Errorf("%s, %v", body, err)
	}
	if body, err := admin.Get(ctx, path, "/metrics"); err != nil || !strings.HasPrefix(string(body), "foyer_up") {
		t.Errorf("%s, %v", body, err)
	}
	if code, err := admin.Pair(ctx, path, "ana"); err != nil || code != "ABCDE-FGHIJ" {
		t.Errorf("%s, %v", code, err)
	}
	if code, err := admin.PairTechnician(ctx, path); err != nil || code != "FGHIJ-ABCDE" {
		t.Errorf("%s, %v", code, err)
	}
	if _, err := admin.Pair(ctx, path, "no body"); err == nil || !strings.Contains(err.Error(), "no such associate") {
		t.Errorf("%v does not say why", err)
	}
	if _, err := admin.Get(ctx, path, "/ledger/verify"); err == nil || !strings.Contains(err.Error(), "row 7 is missing") {
		t.Errorf("a broken ledger: %v", err)
	}
	if body, err := admin.Get(ctx, path, "/tasks"); err != nil || string(body) != `["v-1"]` {
		t.Errorf("%s, %v", body, err)
	}
	if body, err := admin.Get(ctx, path, "/task?id=v%261"); err != nil || string(body) != `"v\u00261"` {
		t.Errorf("%s, %v", body, err)
	}
	if _, err := admin.Get(ctx, path, "/task?id=v-2"); err == nil || !strings.Contains(err.Error(), "no such task") {
		t.Errorf("an unknown task: %v", err)
	}
	if body, err := admin.Get(ctx, path, "/ledger/verify?row=3"); err != nil || string(body) != "3" {
		t.Errorf("one row: %s, %v", body, err)
	}
	if _, err := admin.Get(ctx, path, "/ledger/verify?row=x"); err == nil || !strings.Contains(err.Error(), "number") {
		t.Errorf("no row: %v", err)
	}
	if body, err := admin.Erase(ctx, path, "c 1&x"); err != nil || string(body) != `{"ledger_row":8}` {
		t.Errorf("%s, %v", body, err)
	}
	if _, err := admin.Erase(ctx, path, "c-secret"); err == nil || strings.Contains(err.Error(), "c-secret") {
		t.Errorf("a refusal: %v", err)
	}
	if _, err := admin.Get(ctx, path, "/erase?customer=c%201%26x"); err == nil {
		t.Error("an erasure by a mere look")
	}
	if _, err := admin.Get(ctx, path, "/nowhere"); err == nil {
		t.Error("an unknown route was answered")
	}
	if _, err := admin.Listen(path); err == nil || !strings.Contains(err.Error(), "another foyer answers") {
		t.Errorf("a second one: %v", err)
	}
}

func TestAfterACrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.sock")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close() // the file stays, nobody listens
	if _, err := admin.Get(context.Background(), path, "/status"); !errors.Is(err, admin.ErrNobody) {
		t.Errorf("%v, want ErrNobody", err)
	}
	stop := serve(t, path)
	if _, err := admin.Get(context.Background(), path, "/status"); err != nil {
		t.Error(err)
	}
	stop()
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket's file stays: %v", err)
	}
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Listen(path); err == nil {
		t.Error("a file that is no socket was replaced")
	}
}

// A survey's lines come as they are told, until the command goes away; a refusal
// is an error that does not name the device.
func TestSurvey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.sock")
	defer serve(t, path)()
	ctx, done := context.WithCancel(t.Context())
	lines := &seen{want: "one\ntwo\n", done: done}
	if err := admin.Survey(ctx, path, "a&b", lines); err != nil || !strings.HasPrefix(lines.got, lines.want) {
		t.Errorf("%q, %v", lines.got, err)
	}
	err := admin.Survey(t.Context(), path, "secret", lines)
	if err == nil || !strings.Contains(err.Error(), "no such device") || strings.Contains(err.Error(), "secret") {
		t.Errorf("a refusal: %v", err)
	}
}

// seen keeps what is written and is done once it is all there.
type seen struct {
	got, want string
	done      func()
}

// Write keeps b.
func (s *seen) Write(b []byte) (int, error) {
	if s.got += string(b); strings.HasPrefix(s.got, s.want) {
		s.done()
	}
	return len(b), nil
}
