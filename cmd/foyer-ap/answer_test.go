package main

import (
	"bufio"
	"strings"
	"testing"
	"time"
)

func read(text string) (answer, error) {
	return readAnswer(bufio.NewReaderSize(strings.NewReader(text), maxHeader))
}

func TestReadAnswer(t *testing.T) {
	date := "Date: Sun, 22 Nov 2026 10:00:00 GMT\r\n"
	when := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]answer{
		"HTTP/1.1 204 No Content\r\n" + date + "\r\n":                                     {status: 204, date: when},
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n":                    {status: 204},
		"HTTP/1.1 429 x\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}":                 {status: 429, wait: 7 * time.Second},
		"HTTP/1.1 429 x\nretry-after: 99999\nContent-Length: 0\n\n":                       {status: 429, wait: time.Minute},
		"HTTP/1.1 202 \r\nContent-Length: 31\r\n\r\n{\"malformed\":3,\"unknown_ap\":12} ": {status: 202, bad: 3, taken: 3, unknown: 12},
		"HTTP/1.1 401 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n":                {status: 401, last: true},
		"HTTP/1.1 500 x\r\n\r\neverything to the end":                                     {status: 500, last: true},
		"HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n0\r\n\r\n":           {status: 500, last: true},
		"HTTP/1.1 500 x\r\nContent-Length: 9999999\r\n\r\n":                               {status: 500, last: true},
	} {
		if got, err := read(text); err != nil || got != want {
			t.Errorf("%q: %+v %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "HTTP/1.1 204 No Content\r\n", "HTTP/1.1 204", "HTTP/1.0 204 x\r\n\r\n", "HTTP/1.1 x\r\n\r\n", "HTTP/1.1 99 x\r\n\r\n", "SSH-2.0-x\r\n",
		"HTTP/1.1 200 x\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 x\r\nContent-Length: 5\r\n\r\n{}",
		"HTTP/1.1 200 " + strings.Repeat("x", maxHeader), "HTTP/1.1 200 x\r\n" + strings.Repeat("A: b\r\n", maxFields+1) + "\r\n",
	} {
		if got, err := read(text); err == nil {
			t.Errorf("%.40q: %+v, want an error", text, got)
		}
	}
}

// FuzzAnswer: whatever answers, it is read within bounds, and an answer without
// an error has a status and sane figures.
func FuzzAnswer(f *testing.F) {
	f.Add("HTTP/1.1 204 No Content\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\n\r\n")
	f.Add("HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\nRetry-After: 1\r\n\r\n{\"unknown_ap\":1}")
	f.Add("HTTP/1.1 100 \r\n\r\nHTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := read(text)
		if err == nil && (a.status < 200 || a.status > 599 || a.wait < 0 || a.wait > maxHeed || a.bad < 0 || a.unknown < 0) {
			t.Errorf("%q: %+v", text, a)
		}
	})
}
