package main_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/netip"
	"path/filepath"
	"slices"
	"time"

	"foyer/floor/recording"
	"foyer/radio"
)

// replay tells one track of a recording to the box with the program that is
// made for it: the phone of whoever dials from ip.
func (s *shop) replay(folder, track, ip string) *process {
	s.Helper()
	return start(s.T, s.foyer, "replay", folder, "--split", "test_track", "--point", track, "--to", "https://"+s.sensors,
		"--token-file", s.write("token", sensorToken("controller")), "--ca", filepath.Join(s.identity, "ca.pem"), "--client-ip", ip)
}

// walks is replay for a second phone, with a radio of its own. It ends with
// the test, or when stopped.
func (s *shop) walks(folder, track, client, ip string) (stop func()) {
	s.Helper()
	rows := s.rows(folder, track)
	ctx, cancel := context.WithTimeout(s.Context(), longest) // at its end before the box's
	done := make(chan error, 1)
	sensor := s.sensor("controller")
	o := radio.ReplayOptions{Start: time.Now(), Speed: 1, Client: client, IP: netip.MustParseAddr(ip)}
	go func() {
		done <- radio.Replay(ctx, rows, o, func(lines []byte) error {
			before := s.killed.Load()
			status, text, err := sensor(ctx, lines)
			if err == nil && status != http.StatusNoContent {
				err = fmt.Errorf("the sensor listener answers %d %s", status, text)
			}
			if ctx.Err() != nil || before%2 == 1 || s.killed.Load() != before {
				return nil
			}
			return err
		})
	}()
	ended := false
	stop = func() {
		if cancel(); ended {
			return
		}
		ended = true
		if err := <-done; err != nil {
			s.Error(err)
		}
	}
	s.Cleanup(stop)
	return stop
}

// rows reads one track of a recording, in order of time.
func (s *shop) rows(folder, track string) iter.Seq2[radio.Reading, error] {
	s.Helper()
	f, err := recording.Open(folder)
	must(s.T, err)
	var out []radio.Reading
	for row, err := range f.Rows() {
		must(s.T, err)
		if row.Point == track {
			out = append(out, radio.Reading{T: row.T, Device: row.Device, AP: string(row.AP), RSSI: row.RSSI})
		}
	}
	if len(out) == 0 {
		s.Fatalf("%s has no track %s", folder, track)
	}
	slices.SortStableFunc(out, func(a, b radio.Reading) int { return cmp.Compare(a.T, b.T) })
	return func(yield func(radio.Reading, error) bool) {
		for _, r := range out {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// sensor returns a function that posts lines with a sensor's credential.
func (s *shop) sensor(id string) func(ctx context.Context, lines []byte) (int, string, error) {
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS13}}
	s.Cleanup(tr.CloseIdleConnections)
	client := &http.Client{Transport: tr, Timeout: patience}
	return func(ctx context.Context, lines []byte) (int, string, error) {
		req, err := http.NewRequestWithContext(ctx, "POST", "https://"+s.sensors+"/v1/reports", bytes.NewReader(lines))
		if err != nil {
			return 0, "", err
		}
		req.Header.Set("Content-Type", "application/x-ndjson")
		req.Header.Set("Authorization", "Bearer "+sensorToken(id))
		res, err := client.Do(req)
		if err != nil {
			return 0, "", err
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		return res.StatusCode, fmt.Sprint(res.Header, string(text)), err
	}
}
