package rehearsal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

const (
	sensorQueue   = 16        // deliveries that may wait
	sensorBody    = 512 << 10 // bytes in one post, half of what the listener takes
	sensorTimeout = 5 * time.Second
)

// A Sensor posts reports to the box's sensor listener as an access point or a
// controller does: NDJSON over HTTPS with a bearer token. It never holds up
// the world: what the box does not take in time is dropped and counted.
type Sensor struct {
	o                                      SensorOptions
	queue                                  chan []byte
	posts, lines, dropped, refused, failed atomic.Uint64
}

// SensorOptions say where the listener is.
type SensorOptions struct {
	URL    string       // of the listener, without path: https://127.0.0.1:8445
	Token  string       // the sensor's bearer token
	Client *http.Client // trusts the listener's certificate
	Log    *slog.Logger // nil: silent
}

// SensorStats counts what became of the reports.
type SensorStats struct {
	Posts   uint64 // deliveries the box took
	Lines   uint64 // lines in them
	Dropped uint64 // lines dropped because the queue was full or the post failed
	Refused uint64 // deliveries the box answered with an error
	Failed  uint64 // deliveries that did not arrive
}

// NewSensor returns a sensor; Run makes it post.
func NewSensor(o SensorOptions) *Sensor {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Sensor{o: o, queue: make(chan []byte, sensorQueue)}
}

// Offer takes over NDJSON lines to be posted, and never waits.
func (s *Sensor) Offer(lines []byte) {
	for len(lines) > 0 {
		part := lines
		if len(part) > sensorBody {
			if n := bytes.LastIndexByte(part[:sensorBody], '\n'); n >= 0 {
				part = part[:n+1]
			}
		}
		lines = lines[len(part):]
		select {
		case s.queue <- part:
		default:
			s.drop(part)
		}
	}
}

// Run posts what was offered, in order. It returns nil when cancelled; what
// waits then is dropped and counted.
func (s *Sensor) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			for {
				select {
				case part := <-s.queue:
					s.drop(part)
				default:
					return nil
				}
			}
		case part := <-s.queue:
			if err := s.post(ctx, part); err != nil {
				s.drop(part)
				if ctx.Err() == nil {
					s.o.Log.Warn("sensor post", "err", err)
				}
			}
		}
	}
}

// Stats returns the counts so far.
func (s *Sensor) Stats() SensorStats {
	return SensorStats{s.posts.Load(), s.lines.Load(), s.dropped.Load(), s.refused.Load(), s.failed.Load()}
}

func (s *Sensor) drop(part []byte) { s.dropped.Add(uint64(bytes.Count(part, []byte("\n")))) }

func (s *Sensor) post(ctx context.Context, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, sensorTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.o.URL+"/v1/reports", bytes.NewReader(body))
	if err != nil {
		s.failed.Add(1)
		return fmt.Errorf("post reports: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-ndjson")
	req.Header.Set("Authorization", "Bearer "+s.o.Token)
	resp, err := s.o.Client.Do(req)
	if err != nil {
		s.failed.Add(1)
		return fmt.Errorf("post reports: %w", err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection is used again
	if resp.StatusCode/100 != 2 {
		s.refused.Add(1)
		return fmt.Errorf("post reports: the listener answered %s", resp.Status)
	}
	s.posts.Add(1)
	s.lines.Add(uint64(bytes.Count(body, []byte("\n"))))
	return nil
}
