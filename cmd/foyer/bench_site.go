package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"foyer/floor"
	"foyer/floor/recording"
	"foyer/locator"
	"foyer/locator/survey"
	"foyer/radio"
	"foyer/radio/report"
	"foyer/rehearsal"
	"foyer/sync/office"
	"foyer/sync/wire"
)

const (
	benchPhones = 1000      // leased; as many strangers walk among them
	benchMargin = 3         // m outside the outline, as a box has it
	benchBody   = 900 << 10 // bytes of a delivery: below what the listener takes
	benchToken  = "foyer-bench-sensor-token"
)

// benchSite is the made-up store: its plan, the map fitted from a made-up
// survey, and walks that the map has not seen.
type benchSite struct {
	dir   string
	plan  *floor.Plan
	radio *locator.Map
	walks []benchScan
}

// benchScan is one second of a walk.
type benchScan struct {
	point string
	t     float64
	truth floor.Point
	rows  []recording.Row
}

func newBenchSite(dir string) (*benchSite, error) {
	plan := floor.Example()
	world := rehearsal.NewWorld(plan, 1)
	ways, err := rehearsal.NewWays(plan)
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(dir, "recording")
	if err := world.Record(folder, plan, ways, rehearsal.RecordOptions{}); err != nil {
		return nil, err
	}
	s := &benchSite{dir: dir, plan: plan}
	if s.radio, _, err = survey.Fit(folder, survey.Full, nil); err != nil {
		return nil, err
	}
	rec, err := recording.Open(folder)
	if err != nil {
		return nil, err
	}
	last := ""
	for row, err := range rec.Rows() {
		if err != nil {
			return nil, err
		}
		if row.Split != recording.TestTrack {
			continue
		}
		if row.Scan != last {
			s.walks, last = append(s.walks, benchScan{point: row.Point, t: row.T, truth: row.At}), row.Scan
		}
		scan := &s.walks[len(s.walks)-1]
		scan.rows = append(scan.rows, row)
	}
	if len(s.walks) == 0 {
		return nil, survey.ErrNoRows
	}
	return s, nil
}

// benchStore is the sensors' side of a box: listener, decoder, gate, queue.
type benchStore struct {
	site   *benchSite
	opens  time.Time
	second atomic.Int64 // store time since it opened
	guests *radio.Guests
	post   func([]byte) error
	batch  atomic.Pointer[func(floor.Batch)] // what takes the queue
	taken  atomic.Uint64                     // batches
}

// runBenchStore opens the store, leases the phones and runs use in it.
func runBenchStore(ctx context.Context, site *benchSite, use func(*benchStore) error) error {
	s := &benchStore{site: site, opens: time.Now().Truncate(time.Second)}
	s.guests = radio.NewGuests(radio.GuestOptions{Now: s.now, Patience: time.Minute})
	s.consume(func(floor.Batch) {})
	source, err := s.listen()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	g, ctx := errgroup.WithContext(ctx)
	queue := make(chan floor.Batch, 256)
	g.Go(func() error {
		defer close(queue)
		return source.Run(ctx, queue)
	})
	g.Go(func() error {
		for b := range queue {
			(*s.batch.Load())(b)
			s.taken.Add(1)
		}
		return nil
	})
	g.Go(func() error {
		defer stop()
		if err := s.lease(ctx); err != nil {
			return err
		}
		return use(s)
	})
	return g.Wait()
}

func (s *benchStore) now() time.Time {
	return s.opens.Add(time.Duration(s.second.Load()) * time.Second)
}

func (s *benchStore) consume(f func(floor.Batch)) { s.batch.Store(&f) }

// listen opens the sensor listener and a sensor's way to it, over TLS.
func (s *benchStore) listen() (*radio.HTTP, error) {
	names, err := radio.NewAliases(s.site.plan)
	if err != nil {
		return nil, err
	}
	hq := filepath.Join(s.site.dir, "hq")
	if err := office.InitCA(hq, time.Now()); err != nil {
		return nil, err
	}
	if err := office.SetBroker(hq, "tls://localhost:8883"); err != nil {
		return nil, err
	}
	folder, err := office.IssueStore(hq, "bench", "bench", []string{"localhost", "127.0.0.1"}, time.Now())
	if err != nil {
		return nil, err
	}
	identity, err := wire.LoadIdentity(folder)
	if err != nil {
		return nil, err
	}
	token := filepath.Join(s.site.dir, "token")
	if err := os.WriteFile(token, []byte(benchToken), 0o600); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	sensor := replayFlags{to: "https://" + l.Addr().String(), token: token, ca: filepath.Join(folder, wire.FileCA)}
	if s.post, err = sensor.poster(context.Background()); err != nil {
		return nil, err
	}
	intake := radio.NewIntake(radio.IntakeOptions{APs: names, Guests: s.guests, Rate: -1})
	return radio.NewHTTP(radio.ListenOptions{Listener: l, TLS: identity.LAN(time.Now), Intake: intake,
		Sensors: []radio.Sensor{{ID: "bench", TokenSHA256: sha256.Sum256([]byte(benchToken))}}})
}

// lease checks every phone in: each waits for a report that names its address.
func (s *benchStore) lease(ctx context.Context) error {
	var g errgroup.Group
	for i := range benchPhones {
		g.Go(func() error {
			_, err := s.guests.Bind(ctx, benchIP(i), radio.Grant{Key: fmt.Sprint("customer ", i), Until: s.opens.Add(24 * time.Hour)})
			return err
		})
	}
	for s.guests.Stats().Waiting < benchPhones && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	bodies, _, err := s.deliveries(true)
	if err != nil {
		return err
	}
	for _, body := range bodies {
		if err := s.post(body); err != nil {
			return err
		}
	}
	return g.Wait()
}

func benchIP(phone int) netip.Addr {
	return netip.AddrFrom4([4]byte{127, 1, byte(phone >> 8), byte(phone)})
}

// deliveries are the next second of everybody's walk, leased phones and
// strangers in turn, and how many reports that is.
func (s *benchStore) deliveries(addresses bool) (bodies [][]byte, reports int, err error) {
	second := int(s.second.Add(1))
	var body []byte
	for i := range 2 * benchPhones {
		client, err := report.AddrFrom([]byte{2, 0, 0x5e, 0x10, byte(i >> 8), byte(i)})
		if err != nil {
			return nil, 0, err
		}
		r := report.Report{Client: client, Kind: floor.UplinkAssoc, Freq: 5180, At: s.now()}
		if addresses && i%2 == 0 {
			r.IP = []netip.Addr{benchIP(i / 2)}
		}
		for _, row := range s.site.walks[(i*7+second)%len(s.site.walks)].rows {
			r.AP, r.RSSI = string(row.AP), row.RSSI
			if body, err = report.Append(body, &r); err != nil {
				return nil, 0, err
			}
			reports++
		}
		if len(body) > benchBody || i == 2*benchPhones-1 {
			bodies, body = append(bodies, body), nil
		}
	}
	return bodies, reports, nil
}

// settle waits until the queue has been taken.
func (s *benchStore) settle() {
	for s.taken.Load() < s.guests.Stats().Queued {
		time.Sleep(time.Millisecond)
	}
}
