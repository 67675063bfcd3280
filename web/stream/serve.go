package stream

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Wall times of a stream. They are the network's, so no store clock scales
// them: a comment each Beat proves that the line is there, and a write that
// takes longer than writeWithin ends the stream.
const (
	Beat        = 5 * time.Second
	writeWithin = 5 * time.Second
)

// ErrFull means that somebody holds as many streams open as one may.
var ErrFull = errors.New("too many open streams")

// A Stream is one request for events.
type Stream struct {
	To     []Audience    // the reader's own audience first
	Beat   time.Duration // 0 is Beat
	Ask    string        // the kind of event a beat is, for readers that answer; "" is a comment
	Opened func()        // called once the first bytes are flushed; nil ok
	Still  func() bool   // asked at every beat whether the reader may stay; nil ok
	Wrote  func()        // called after each write that went out; nil ok
}

// Serve answers r with events until the reader goes, is dropped or may no
// longer stay, or the hub closes. It returns ErrFull before anything is
// written, and nil afterwards.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, s Stream) error {
	reader, missed, lost := h.join(s.To, r.Header.Get("Last-Event-ID"))
	if reader == nil {
		return ErrFull
	}
	defer h.leave(reader)
	out := pen{w: w, rc: http.NewResponseController(w), wrote: s.Wrote}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	// The limits of a request do not hold for a stream.
	if out.rc.SetReadDeadline(time.Time{}) != nil || out.write("retry: 1000\n\n") != nil {
		return nil
	}
	if s.Opened != nil {
		s.Opened()
	}
	if lost && out.write("event: reset\ndata: {}\n\n") != nil {
		return nil
	}
	for _, e := range missed {
		if h.send(out, e) != nil {
			return nil
		}
	}
	h.follow(out, r, s, reader)
	return nil
}

// follow writes events and beats until something ends the stream.
func (h *Hub) follow(out pen, r *http.Request, s Stream, reader *reader) {
	if s.Beat == 0 {
		s.Beat = Beat
	}
	beat, says := time.NewTicker(s.Beat), ":\n\n"
	defer beat.Stop()
	if s.Ask != "" {
		says = "event: " + s.Ask + "\ndata: {}\n\n"
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case <-reader.gone:
			return
		case e := <-reader.ch:
			if h.send(out, e) != nil {
				return
			}
		case <-beat.C:
			if s.Still != nil && !s.Still() || out.write(says) != nil {
				return
			}
		}
	}
}

func (h *Hub) send(out pen, e *entry) error {
	m, ok := h.message(e)
	if !ok {
		return nil
	}
	data, err := json.Marshal(struct {
		ID string `json:"id,omitempty"`
	}{m.ID})
	if err != nil {
		return err
	}
	if err := out.write(fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", h.id(e.seq), m.Kind, data)); err != nil {
		return err
	}
	h.delivered()
	if m.Flushed != nil {
		m.Flushed()
	}
	return nil
}

// A pen writes to one stream, each time under a deadline of its own.
type pen struct {
	w     http.ResponseWriter
	rc    *http.ResponseController
	wrote func()
}

func (p pen) write(text string) error {
	if err := p.rc.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	if _, err := p.w.Write([]byte(text)); err != nil {
		return err
	}
	if err := p.rc.Flush(); err != nil {
		return err
	}
	if p.wrote != nil {
		p.wrote()
	}
	// HTTP/2 resets a stream whose deadline passes even if nothing is being
	// written: between writes there is none.
	return p.rc.SetWriteDeadline(time.Time{})
}
