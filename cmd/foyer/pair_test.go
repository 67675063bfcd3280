package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"foyer/box"
	"foyer/web/admin"
)

// The code is for whom it was asked for, with the page it is typed on.
func TestPair(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.sock")
	l, err := admin.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- admin.Serve(ctx, l, admin.Handlers{
			Status:     func() any { return box.Status{Staff: "https://staff.example/staff"} },
			Pair:       func(_ context.Context, a string) (string, error) { return "FOR-" + a, nil },
			Technician: func(context.Context) (string, error) { return "ABCDE-FGHIJ", nil },
		})
	}()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	for args, want := range map[string]string{
		"ana":                      "FOR-ana\nhttps://staff.example/staff/pair?code=FOR-ana\n",
		"--role technician":        "ABCDE-FGHIJ\nhttps://staff.example/staff/technician?code=ABCDE-FGHIJ\n",
		"":                         "say whose device",
		"ana --role technician":    "leave ASSOCIATE out",
		"ana --role administrator": "want associate or technician",
	} {
		cmd := pairCommand()
		var out bytes.Buffer
		cmd.SetOut(&out)
		cmd.SetErr(&out)
		cmd.SetArgs(append(strings.Fields(args), "--socket", path))
		if err := cmd.ExecuteContext(ctx); !strings.Contains(out.String(), want) {
			t.Errorf("foyer pair %s: %v\n%s", args, err, &out)
		}
	}
}
