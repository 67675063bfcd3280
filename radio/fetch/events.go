package fetch

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"foyer/radio/wipe"
)

const (
	maxEvent  = 64 << 10        // bytes of one event
	maxSilent = 2 * time.Minute // of a stream whose other end may be gone
)

// An Event is one server-sent event as it came, its empty line included.
type Event []byte

// Subscribe listens to the notifications of an object and calls each with
// every event, on this goroutine; each keeps no part of it. It returns nil when
// the source ends the stream, as uhttpd does after half a minute without
// news: then one subscribes again.
func (u *Ubus) Subscribe(ctx context.Context, object string, each func(Event)) error {
	session, err := u.login(ctx, "")
	if err != nil {
		return err
	}
	err = u.subscribe(ctx, session, object, each)
	if !errors.Is(err, ErrDenied) {
		return err
	}
	if session, err = u.login(ctx, session); err != nil {
		return err
	}
	return u.subscribe(ctx, session, object, each)
}

func (u *Ubus) subscribe(ctx context.Context, session, object string, each func(Event)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	silent := time.AfterFunc(maxSilent, cancel)
	defer silent.Stop()
	resp, err := u.c.send(ctx, http.MethodGet, "/ubus/subscribe/"+url.PathEscape(object),
		http.Header{"Authorization": {"Bearer " + session}, "Accept": {"text/event-stream"}}, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := status(resp.StatusCode); err != nil {
		return err
	}
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind != "text/event-stream" {
		return refusal(resp.Body)
	}
	return events(resp.Body, func(e Event) {
		silent.Reset(maxSilent)
		each(e)
	})
}

// refusal reads what uhttpd sends instead of a stream, with status 200.
func refusal(r io.Reader) error {
	body, err := io.ReadAll(io.LimitReader(r, maxEvent))
	if err == nil && errors.Is(envelope(body), ErrDenied) {
		return ErrDenied
	}
	return ErrStream
}

// events cuts a stream into events. A stream that breaks off is one that ended:
// that is how they end.
func events(r io.Reader, each func(Event)) error {
	in := bufio.NewReaderSize(wipe.Reader(r), 4096)
	event := make([]byte, 0, maxEvent) // it never moves
	defer func() { clear(event[:cap(event)]) }()
	begun := false // the line was, by what was read before
	for {
		line, err := in.ReadSlice('\n')
		if len(event)+len(line) > maxEvent {
			return fmt.Errorf("an event: %w", ErrLarge)
		}
		event = append(event, line...)
		whole := !begun && err == nil && len(bytes.TrimRight(line, "\r\n")) == 0
		begun = err != nil
		switch {
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return nil
		case whole && bytes.Contains(event, []byte("data:")):
			each(event)
			fallthrough
		case whole:
			clear(event)
			event = event[:0]
		}
	}
}
