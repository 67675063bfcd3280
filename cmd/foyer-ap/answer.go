package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Bounds of an answer.
const (
	maxHeader = 16 << 10 // bytes of a line
	maxFields = 64
	maxText   = 64 << 10    // bytes of a text that is read to its end
	maxHeed   = time.Minute // the longest Retry-After that is heeded
	httpTime  = "Mon, 02 Jan 2006 15:04:05 GMT"
)

// An answer is what became of a request, as far as the agent acts on it.
type answer struct {
	status  int           // of HTTP, 0 if there was none
	wait    time.Duration // that the box asks for
	unknown int           // readings by an access point the box does not know
	bad     int           // lines the box could not read
	taken   int           // lines it took all the same, where it did not take all
	date    time.Time     // the box's clock, zero if it does not tell
	last    bool          // the connection serves no other request
	err     error         // why there was no status
}

// errAnswer means that what answers is no box.
var errAnswer = errors.New("not an answer in HTTP/1.1")

// readAnswer reads one response of HTTP/1.1 (RFC 9112) with its text.
func readAnswer(r *bufio.Reader) (answer, error) {
	for {
		a, length, err := readHead(r)
		if err != nil || a.status >= 200 {
			if err == nil {
				err = a.readText(r, length)
			}
			return a, err
		}
	}
}

// readHead reads the status and the fields; length is that of the text, less
// than 0 if it ends with the connection.
func readHead(r *bufio.Reader) (a answer, length int, err error) {
	line, err := readLine(r)
	if err != nil {
		return a, 0, err
	}
	rest, ok := strings.CutPrefix(line, "HTTP/1.1 ")
	code, _, _ := strings.Cut(rest, " ")
	if a.status, err = strconv.Atoi(code); !ok || err != nil || a.status < 100 || a.status > 599 {
		return a, 0, errAnswer
	}
	length = -1
	for range maxFields {
		if line, err = readLine(r); err != nil {
			return a, 0, err
		}
		if line == "" {
			if a.status < 200 || a.status == 204 || a.status == 304 {
				length = 0
			}
			return a, length, nil
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "content-length":
			if length, err = strconv.Atoi(value); err != nil || length < 0 {
				return a, 0, errAnswer
			}
		case "connection":
			a.last = a.last || strings.EqualFold(value, "close")
		case "transfer-encoding":
			return a, -1, skipFields(r)
		case "date":
			a.date, _ = time.Parse(httpTime, value) // zero if it is none
		case "retry-after":
			if s, err := strconv.Atoi(value); err == nil && s > 0 {
				a.wait = min(time.Duration(min(s, 3600))*time.Second, maxHeed)
			}
		}
	}
	return a, 0, errAnswer
}

// skipFields reads on to the end of the fields.
func skipFields(r *bufio.Reader) error {
	for range maxFields {
		if line, err := readLine(r); err != nil || line == "" {
			return err
		}
	}
	return errAnswer
}

func readLine(r *bufio.Reader) (string, error) {
	b, err := r.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", errAnswer
	case errors.Is(err, io.EOF):
		return "", io.ErrUnexpectedEOF
	case err != nil:
		return "", fmt.Errorf("read: %w", err)
	}
	return string(bytes.TrimRight(b, "\r\n")), nil
}

// readText reads the text and the figures in it.
func (a *answer) readText(r *bufio.Reader, length int) error {
	if length < 0 || length > maxText { // the status is enough
		a.last = true
		return nil
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	a.bad, a.unknown = figure(text, "malformed"), figure(text, "unknown_ap")
	a.taken = figure(text, "accepted") + a.bad
	return nil
}

// figure returns a number of a box's flat JSON object, 0 if it has none of this
// name.
func figure(text []byte, name string) (n int) {
	_, rest, _ := bytes.Cut(text, []byte(`"`+name+`":`))
	for _, c := range rest {
		if c < '0' || c > '9' || n > 1e8 {
			break
		}
		n = 10*n + int(c-'0')
	}
	return n
}
