package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// breath is how often a survey that hears nothing says that it still runs: an
// empty line.
const breath = 5 * time.Second

// stream answers with a survey's lines as they come, until the command at the
// other end goes away.
func stream(w http.ResponseWriter, r *http.Request, survey func(context.Context, string, func([]byte) error) error) {
	out := http.NewResponseController(w)
	if err := errors.Join(out.SetReadDeadline(time.Time{}), out.SetWriteDeadline(time.Time{})); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	ctx, done := context.WithCancel(r.Context())
	defer done()
	lines, ended := make(chan []byte), make(chan error, 1)
	go func() {
		ended <- survey(ctx, r.URL.Query().Get("client"), func(line []byte) error {
			select {
			case lines <- append([]byte(nil), line...):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	tick := time.NewTicker(breath)
	defer tick.Stop()
	soon := time.After(breath / 50) // by then it would have been refused
	begun := false
	write := func(line []byte) bool {
		begun = true
		_, err := w.Write(line)
		return err == nil && out.Flush() == nil
	}
	for ok := true; ok; {
		select {
		case line := <-lines:
			ok = write(line)
		case <-soon:
			ok = write([]byte("\n"))
		case <-tick.C:
			ok = write([]byte("\n"))
		case err := <-ended:
			if err != nil && !begun {
				http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			}
			return
		}
	}
	done()
	<-ended
}

// Survey asks the daemon what is heard of one device and writes its lines to out
// until ctx ends, which is no error.
func Survey(ctx context.Context, path, client string, out io.Writer) error {
	answer, err := open(ctx, path, http.MethodPost, "/survey?client="+url.QueryEscape(client))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(answer.Body, 4<<10))
		return fmt.Errorf("survey: %s", strings.TrimSpace(string(body)))
	}
	if _, err := io.Copy(out, answer.Body); err != nil && ctx.Err() == nil {
		return fmt.Errorf("survey: %w", err)
	}
	return nil
}
