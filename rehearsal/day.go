package rehearsal

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"foyer/box"
	"foyer/config"
	"foyer/floor"
	"foyer/locator/survey"
	"foyer/web/admin"
)

const (
	sensorID    = "controller"
	sensorToken = "rehearsal-sensor-token"
	settleMost  = time.Minute // wall time
)

// day is one rehearsal being played.
type day struct {
	s      Script
	clock  *Clock
	plan   *floor.Plan
	world  *World
	ways   *Ways
	cast   Cast
	hq     *headquarters
	config *config.Config
	scorer *Scorer
	watch  *watch
	air    *Air

	strangers []*Phone
	roots     *x509.CertPool
	at        box.Addresses
}

// Run plays a day and returns its sums. It ends in order when ctx does: the
// people leave, then the store closes. The error of a day that did not come to
// everything it should is Summary.Check's, and the caller's to ask for.
func Run(ctx context.Context, s Script) (Summary, error) {
	s.defaults()
	d := &day{s: s, plan: floor.Example(), scorer: NewScorer(s.Seed), air: &Air{}}
	if err := d.prepare(); err != nil {
		return Summary{}, err
	}
	defer d.hq.office.Close()
	if err := d.play(ctx); err != nil {
		return Summary{}, err
	}
	return d.scorer.Summary(), nil
}

// prepare builds the store: its air, its survey, its people, headquarters and
// the box's configuration.
func (d *day) prepare() error {
	zone, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		return err
	}
	d.world = NewWorld(d.plan, d.s.Seed)
	if d.ways, err = NewWays(d.plan); err != nil {
		return err
	}
	surveyed := ""
	if d.s.Survey != survey.None {
		if surveyed, err = d.survey(); err != nil {
			return err
		}
	}
	opens := Opening(time.Now(), zone)
	d.clock = NewClock(opens, d.s.Speed)
	d.watch = newWatch(d.clock, d.scorer, d.s.Event)
	d.cast = NewCast(CastOptions{Seed: d.s.Seed, Store: storeID, Opens: opens})
	hqDir := filepath.Join(d.s.Dir, "headquarters")
	if err := os.MkdirAll(hqDir, 0o700); err != nil {
		return err
	}
	if d.hq, err = newHeadquarters(hqDir, d.clock.Now, d.s.Log); err != nil {
		return err
	}
	d.hq.office.Events(d.watch.headquartersHas)
	pem, err := os.ReadFile(d.hq.authority())
	if err != nil {
		return err
	}
	d.roots = x509.NewCertPool()
	d.roots.AppendCertsFromPEM(pem)
	plan, err := d.plan.JSON()
	if err != nil {
		return err
	}
	planned := filepath.Join(d.s.Dir, "plan.json")
	if err := os.WriteFile(planned, plan, 0o600); err != nil {
		return err
	}
	d.config, err = config.Parse([]byte(d.yaml(planned, surveyed)), nil)
	return err
}

// survey walks the made-up floor with a phone, as a technician does before a
// store opens, and fits the radio map.
func (d *day) survey() (string, error) {
	dir := filepath.Join(d.s.Dir, "survey")
	if err := d.world.Record(dir, d.plan, d.ways, RecordOptions{SurveyOnly: true}); err != nil {
		return "", fmt.Errorf("survey: %w", err)
	}
	m, _, err := survey.Fit(dir, survey.Full, nil)
	if err != nil {
		return "", fmt.Errorf("survey: %w", err)
	}
	file := filepath.Join(d.s.Dir, "radio-map.json")
	f, err := os.Create(file)
	if err != nil {
		return "", err
	}
	if err := survey.WriteMap(f, m); err != nil {
		f.Close()
		return "", err
	}
	return file, f.Close()
}

// yaml is the configuration of the box, as an operator would write it.
func (d *day) yaml(planned, surveyed string) string {
	token := sha256.Sum256([]byte(sensorToken))
	lines := []string{
		"store: {chain: " + chain + ", id: " + storeID + ", name: Rathausplatz, timezone: Europe/Vienna}",
		fmt.Sprintf("data: %q", filepath.Join(d.s.Dir, "data")),
		fmt.Sprintf("runtime: %q", filepath.Join(d.s.Dir, "run")),
		fmt.Sprintf("plan: %q", planned),
		fmt.Sprintf("identity: %q", d.hq.identity),
		fmt.Sprintf("listen: {guest: %q, staff: %q, sensors: %q, sensors_mqtt: %q}", d.s.Guest, d.s.Staff, d.s.Sensors, d.s.SensorsMQTT),
		"names: {guest: here.localhost, staff: staff.localhost}",
		"hq: {broker: " + d.hq.broker.url + "}",
		"sensors: [{id: " + sensorID + ", token_sha256: " + hex.EncodeToString(token[:]) + "}]",
		fmt.Sprintf("mdns: {enabled: %v}", d.s.MDNS),
	}
	if surveyed != "" {
		lines = append(lines, fmt.Sprintf("survey: %q", surveyed))
	}
	return strings.Join(lines, "\n") + "\n"
}

// play runs headquarters, the box and everybody until the time is over or the
// people are sent home, which is when opening ends.
func (d *day) play(opening context.Context) error {
	ctx, stop := context.WithCancel(context.WithoutCancel(opening))
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	open := make(chan box.Addresses, 1)
	d.watch.Ready = func(a box.Addresses) { open <- a }
	in := box.Inputs{Config: d.config, Version: "rehearsal", Log: d.s.Log, Now: d.clock.Now, Watch: d.watch.Watch,
		Tick: d.clock.Wall(time.Second), SensorRate: 5000 * d.s.Speed}
	g.Go(func() error { return d.hq.broker.Run(ctx) })
	g.Go(func() error { return d.hq.office.Run(ctx) })
	g.Go(func() error { return box.Run(ctx, in) })
	g.Go(func() error {
		defer stop()
		select {
		case d.at = <-open:
		case <-opening.Done():
			return nil
		case <-ctx.Done():
			return nil
		}
		day, home := context.WithCancel(opening)
		defer home()
		defer context.AfterFunc(ctx, home)() // the box has failed
		if err := d.openStore(day); err != nil && opening.Err() == nil {
			return err
		}
		return d.closeStore(ctx)
	})
	return g.Wait()
}

// openStore gives the store its people and lets the day go by.
func (d *day) openStore(ctx context.Context) error {
	if err := d.hq.send(d.plan, d.cast); err != nil {
		return err
	}
	if err := d.settle(ctx); err != nil {
		return err
	}
	g, day := errgroup.WithContext(ctx)
	if d.s.For > 0 {
		var cancel context.CancelFunc
		day, cancel = context.WithTimeout(day, d.s.For)
		defer cancel()
	}
	if err := d.staff(day, g); err != nil {
		return err
	}
	d.radio(day, g)
	if err := d.customers(day, g); err != nil {
		return err
	}
	return g.Wait()
}

// settle waits until the store has everything headquarters sent.
func (d *day) settle(ctx context.Context) error {
	late := time.After(settleMost)
	for !d.hq.settled() {
		select {
		case <-ctx.Done():
			return nil
		case <-late:
			return fmt.Errorf("%w: after %s the box has not taken what headquarters sent; see its log (--verbose)", ErrIncomplete, settleMost)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// closeStore gives the line a moment to finish and asks the box how many
// strangers it let pass.
func (d *day) closeStore(ctx context.Context) error {
	end := time.Now().Add(2 * time.Second)
	for {
		var s box.Status
		data, err := admin.Get(ctx, d.at.Admin, "/status")
		if err == nil {
			err = json.Unmarshal(data, &s)
		}
		if err != nil {
			return fmt.Errorf("ask the box: %w", err)
		}
		if s.HQ.Backlog == 0 || time.Now().After(end) {
			d.scorer.Strangers(d.air.Heard(d.strangers), int(s.Radio.Dropped))
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// radio runs the sensor and the strangers around it.
func (d *day) radio(ctx context.Context, g *errgroup.Group) {
	sensor := NewSensor(SensorOptions{URL: "https://" + d.at.Sensors, Token: sensorToken, Log: d.s.Log,
		Client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: d.roots, MinVersion: tls.VersionTLS13}}}})
	g.Go(func() error { return sensor.Run(ctx) })
	g.Go(func() error { return d.air.Run(ctx, d.clock, sensor) })
}
