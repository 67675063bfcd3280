package radio

import (
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
)

func recording(readings ...Reading) iter.Seq2[Reading, error] {
	return func(yield func(Reading, error) bool) {
		for _, r := range readings {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestReplay(t *testing.T) {
	walk := recording(
		Reading{0, "iPhone", "ap-01", -60}, Reading{0.4, "Pixel", "ap-01", -70.5}, Reading{0.9, "iPhone", "ap-02", -61},
		Reading{1, "Pixel", "ap-02", -71}, Reading{5, "iPhone", "ap-01", -62},
	)
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var got []string
		var when []time.Duration
		err := Replay(t.Context(), walk, ReplayOptions{Start: opening, Speed: 2, IP: ip("127.1.0.255"), Kind: floor.BLE}, func(lines []byte) error {
			got = append(got, string(lines))
			when = append(when, time.Since(start))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			`{"ap":"ap-01","client":"02:00:5e:10:00:01","rssi":-60,"at":"2026-11-23T10:00:00Z","kind":"ble_adv","ip":["127.1.0.255"]}` + "\n" +
				`{"ap":"ap-01","client":"02:00:5e:10:00:02","rssi":-70.5,"at":"2026-11-23T10:00:00.4Z","kind":"ble_adv","ip":["127.1.1.0"]}` + "\n" +
				`{"ap":"ap-02","client":"02:00:5e:10:00:01","rssi":-61,"at":"2026-11-23T10:00:00.9Z","kind":"ble_adv","ip":["127.1.0.255"]}` + "\n",
			`{"ap":"ap-02","client":"02:00:5e:10:00:02","rssi":-71,"at":"2026-11-23T10:00:01Z","kind":"ble_adv","ip":["127.1.1.0"]}` + "\n",
			`{"ap":"ap-01","client":"02:00:5e:10:00:01","rssi":-62,"at":"2026-11-23T10:00:05Z","kind":"ble_adv","ip":["127.1.0.255"]}` + "\n",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]time.Duration{450 * time.Millisecond, 500 * time.Millisecond, 2500 * time.Millisecond}, when); diff != "" {
			t.Error("when: " + diff)
		}

		ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
		defer cancel()
		n := 0
		if err := Replay(ctx, walk, ReplayOptions{Start: opening, Speed: 1}, func([]byte) error { n++; return nil }); err != nil || n != 0 {
			t.Errorf("cancelled: %v after %d", err, n)
		}
		before := time.Now()
		if err := Replay(t.Context(), walk, ReplayOptions{Start: opening}, func([]byte) error { n++; return nil }); err != nil || n != 3 || time.Since(before) != 0 {
			t.Errorf("at once: %v after %d", err, n)
		}
		full := errors.New("the disk is full")
		if err := Replay(t.Context(), walk, ReplayOptions{Start: opening}, func([]byte) error { return full }); !errors.Is(err, full) {
			t.Errorf("emit's error: %v", err)
		}
	})
}

func TestReplayRefuses(t *testing.T) {
	broken := func(yield func(Reading, error) bool) { yield(Reading{}, io.ErrUnexpectedEOF) }
	good := Reading{1, "a", "ap-01", -60}
	tests := []struct {
		name string
		rec  iter.Seq2[Reading, error]
		o    ReplayOptions
		want string
	}{
		{"a broken file", broken, ReplayOptions{Start: opening}, "row 1: unexpected EOF"},
		{"time goes back", recording(good, Reading{0.5, "a", "ap-01", -60}), ReplayOptions{Start: opening}, "row 2: t_s goes back"},
		{"a sentinel", recording(good, Reading{2, "a", "ap-01", 0}), ReplayOptions{Start: opening}, "row 2: rssi"},
		{"no start", recording(good), ReplayOptions{}, "Start"},
		{"backwards", recording(good), ReplayOptions{Start: opening, Speed: -1}, "Speed"},
		{"a real phone's address", recording(good), ReplayOptions{Start: opening, Client: "00:1b:c0:00:00:01"}, "locally administered"},
		{"no address", recording(good), ReplayOptions{Start: opening, Client: "x"}, "locally administered"},
	}
	for _, tt := range tests {
		err := Replay(t.Context(), tt.rec, tt.o, func([]byte) error { return nil })
		if !errors.Is(err, ErrReplay) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}
