package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foyer/floor/recording"
	"foyer/radio"
)

// replayFlags are the flags of foyer replay.
type replayFlags struct {
	to, token, ca, split, point, ip, client string
	speed                                   float64
	loop                                    bool
}

func replayCommand() *cobra.Command {
	var f replayFlags
	var source sourceFlags
	cmd := &cobra.Command{
		Use:   "replay DIR | replay --source NAME FILE",
		Short: "Tell a recording to a box, as a sensor would; or decode a vendor's payload",
		Long: `Read a recorded folder (scans.csv.gz) and tell it again as canonical reports:
to standard output, or with --to to the sensor listener of a running box. The
phones of a recording have no address; made-up ones are used, the first with
--client-ip as its address in the sensor's client table.

With --source, decode a file of what a controller, an access point or a
receiver sent, in its own format, and print the canonical reports: to see what
foyer makes of it before a box does. FILE may be - for standard input. MQTT
messages stand one a line, topic and payload; binary ones may be hexadecimal.`,
		Example: `  foyer replay recordings/lab | head
  foyer replay recordings/lab --split test_track --to https://localhost:8445 \
    --token-file sensor.token --ca ca.pem --client-ip 127.0.0.1 --speed 1
  foyer replay --source list
  ubus call hostapd.phy1-ap0 get_clients | foyer replay --source hostapd-clients --from 10.14.0.11#hostapd.phy1-ap0 -`,
		Args: source.args,
		RunE: func(cmd *cobra.Command, args []string) error {
			if source.source != "" {
				return source.run(cmd, args)
			}
			return f.replay(cmd, args[0])
		},
	}
	source.register(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.to, "to", "", "`URL` of a box's sensor listener; without it, print")
	fl.StringVar(&f.token, "token-file", "", "`FILE` with the sensor's token")
	fl.StringVar(&f.ca, "ca", "", "`FILE` with the certificate authority of the box")
	fl.StringVar(&f.split, "split", "", "only this split (train, test_static, test_track)")
	fl.StringVar(&f.point, "point", "", "only this point or track")
	fl.StringVar(&f.ip, "client-ip", "", "the first phone's `ADDRESS`")
	fl.StringVar(&f.client, "client", "", "the first phone's made-up hardware `ADDRESS` (02:00:5e:10:00:01); others count on from it")
	fl.Float64Var(&f.speed, "speed", 1, "recorded seconds per second; 0 tells everything at once")
	fl.BoolVar(&f.loop, "loop", false, "begin again when the recording ends")
	cmd.MarkFlagsMutuallyExclusive("source", "to")
	return cmd
}

func (f *replayFlags) replay(cmd *cobra.Command, dir string) error {
	ctx := cmd.Context()
	o := radio.ReplayOptions{Speed: f.speed, Client: f.client}
	if f.ip != "" {
		ip, err := netip.ParseAddr(f.ip)
		if err != nil {
			return fmt.Errorf("--client-ip: %w", err)
		}
		o.IP = ip
	}
	emit := func(lines []byte) error { _, err := cmd.OutOrStdout().Write(lines); return err }
	if f.to != "" {
		post, err := f.poster(ctx)
		if err != nil {
			return err
		}
		emit = post
	}
	rows, err := f.readings(dir)
	if err != nil {
		return err
	}
	for {
		o.Start = time.Now()
		if err := radio.Replay(ctx, each(rows), o, emit); err != nil || !f.loop || ctx.Err() != nil {
			return err
		}
	}
}

// readings reads the wished part of a recording. Points and tracks follow one
// another: each begins when the one before has ended.
func (f *replayFlags) readings(dir string) ([]radio.Reading, error) {
	folder, err := recording.Open(dir)
	if err != nil {
		return nil, err
	}
	var order []string
	points := map[string][]recording.Row{}
	for row, err := range folder.Rows() {
		if err != nil {
			return nil, err
		}
		if f.split != "" && string(row.Split) != f.split || f.point != "" && row.Point != f.point {
			continue
		}
		if _, ok := points[row.Point]; !ok {
			order = append(order, row.Point)
		}
		points[row.Point] = append(points[row.Point], row)
	}
	if len(order) == 0 {
		return nil, fmt.Errorf("%s: no rows of split %q and point %q", dir, f.split, f.point)
	}
	var out []radio.Reading
	shift := 0.0
	for _, name := range order {
		rows := points[name]
		slices.SortStableFunc(rows, func(a, b recording.Row) int { return cmp.Compare(a.T, b.T) })
		for _, r := range rows {
			out = append(out, radio.Reading{T: shift + r.T, Device: r.Device, AP: string(r.AP), RSSI: r.RSSI})
		}
		shift += rows[len(rows)-1].T
	}
	return out, nil
}

// each yields readings as radio.Replay wants them.
func each(rows []radio.Reading) iter.Seq2[radio.Reading, error] {
	return func(yield func(radio.Reading, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// poster returns a function that posts lines to the box.
func (f *replayFlags) poster(ctx context.Context) (func([]byte) error, error) {
	if f.token == "" {
		return nil, errors.New("--to needs --token-file: a sensor has a token")
	}
	token, err := os.ReadFile(f.token)
	if err != nil {
		return nil, err
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS13}
	if f.ca != "" {
		pem, err := os.ReadFile(f.ca)
		if err != nil {
			return nil, err
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("--ca %s: holds no certificate", f.ca)
		}
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: conf, ForceAttemptHTTP2: true}}
	return func(lines []byte) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(f.to, "/")+"/v1/reports", bytes.NewReader(lines))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/x-ndjson")
		req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
		res, err := client.Do(req)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("post reports: %w", err)
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(res.Body, 4096))
		if res.StatusCode >= 300 {
			return fmt.Errorf("post reports: %s: %s", res.Status, text)
		}
		return nil
	}, nil
}
