package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// bar returns a function that draws how far something is, on a terminal; it does
// nothing elsewhere.
func bar(w io.Writer, what string) func(done, total int64) {
	f, ok := w.(*os.File)
	if !ok {
		return func(int64, int64) {}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(int64, int64) {}
	}
	return drawn(w, what)
}

func drawn(w io.Writer, what string) func(done, total int64) {
	const width = 40
	last := int64(-1)
	return func(done, total int64) {
		percent := 100 * done / max(total, 1)
		if percent == last {
			return
		}
		last = percent
		n := int(width * percent / 100)
		fmt.Fprintf(w, "\r%s [%s%s] %3d %%", what, strings.Repeat("=", n), strings.Repeat(" ", width-n), percent)
		if done >= total {
			fmt.Fprintf(w, "\r%s\r", strings.Repeat(" ", len(what)+width+9))
		}
	}
}
