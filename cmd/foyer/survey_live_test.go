package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/radio"
	"foyer/web/admin"
)

// surveyedStore is the sensors' side of a box with an admin socket.
func surveyedStore(t *testing.T) (post func([]byte) error, socket string) {
	t.Helper()
	s := &benchStore{site: &benchSite{dir: t.TempDir(), plan: floor.Example()}, opens: time.Now()}
	s.guests = radio.NewGuests(radio.GuestOptions{})
	source, err := s.listen()
	if err != nil {
		t.Fatal(err)
	}
	socket = filepath.Join(t.TempDir(), "admin.sock")
	l, err := admin.Listen(socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- source.Run(ctx, make(chan floor.Batch, 1000)) }()
	go func() { ended <- admin.Serve(ctx, l, admin.Handlers{Survey: s.guests.Survey}) }()
	t.Cleanup(func() {
		stop()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
	return s.post, socket
}

// A running box lets out what it hears of the survey's device, and of nobody
// else, while somebody types where she stands.
func TestSurveyRecordFromARunningBox(t *testing.T) {
	post, socket := surveyedStore(t)
	in, keys := io.Pipe()
	go func() {
		defer keys.Close()
		fmt.Fprintln(keys, "till 4.5 20")
		for i := range 20 {
			at := time.Now().UTC().Format(time.RFC3339Nano)
			var lines bytes.Buffer
			for _, who := range []string{device, somebody} {
				fmt.Fprintf(&lines, `{"ap":"ap-%02d","client":%q,"rssi":-60,"at":%q}`+"\n", 1+i%3, who, at)
			}
			if err := post(lines.Bytes()); err != nil {
				t.Error(err)
			}
			time.Sleep(20 * time.Millisecond)
		}
		fmt.Fprintf(keys, "\nend\n")
	}()
	dir := filepath.Join(t.TempDir(), "ground")
	root := recordCommand()
	var out, ask bytes.Buffer
	root.SetIn(in)
	root.SetOut(&out)
	root.SetErr(&ask)
	root.SetArgs([]string{"--client", device, "--plan", filepath.Join(walkDir, "plan.json"), "--socket", socket, "--out", dir})
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, &ask)
	}
	rec, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for r, err := range rec.Rows() {
		if err != nil || r.Point != "till" || r.RSSI != -60 {
			t.Errorf("%+v, %v", r, err)
		}
		rows++
	}
	if rows < 15 || rows > 20 {
		t.Errorf("%d rows of 20 readings", rows)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 4 { // marks, scans, access points, plan
		t.Errorf("%v, %v", files, err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil || bytes.Contains(data, []byte(device)) {
			t.Errorf("%s: %v, or it holds the device's address", f.Name(), err)
		}
	}
}

func TestSurveyRecordSaysWhyNot(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ground")
	_, _, err := foyer(t, "survey", "record", "--client", device, "--plan", filepath.Join(walkDir, "plan.json"),
		"--socket", filepath.Join(t.TempDir(), "nobody.sock"), "--out", dir)
	if err == nil || !strings.Contains(err.Error(), "no foyer answers") || !strings.Contains(err.Error(), "--from") {
		t.Errorf("without a box: %v", err)
	}
}
