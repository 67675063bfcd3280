package report

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// After Reset the decoder holds no byte of the delivery, however it came and
// whatever lines it had: what moved to the front of the buffer, and what was
// passed over, included.
func TestResetOverwritesEverything(t *testing.T) {
	const client = "02:ab:cd:ef:98:76"
	good := `{"ap":"ap-01","client":"` + client + `","rssi":-60,"ip":["10.0.0.7"]}` + "\n"
	long := strings.Repeat(client, 2*MaxLine/len(client)) + "\n"
	for name, delivery := range map[string]string{
		"one line": good, "many lines": strings.Repeat(good, 3*MaxLine/len(good)), "half a line": good[:50],
		"a line too long": long, "a line too long and a short one": long + good[:40], "none": "",
	} {
		for how, r := range map[string]io.Reader{
			"whole": strings.NewReader(delivery), "in pieces": iotest.HalfReader(strings.NewReader(delivery)),
			"byte by byte": iotest.OneByteReader(strings.NewReader(delivery)), "broken off": iotest.TimeoutReader(strings.NewReader(delivery)),
		} {
			d := NewDecoder(r)
			var line Report
			var bad *LineError
			for err := error(nil); err == nil || errors.As(err, &bad); {
				err = d.Decode(&line)
			}
			d.Reset(nil)
			if at := bytes.IndexFunc(d.buf, func(r rune) bool { return r != 0 }); at >= 0 {
				t.Errorf("%s, %s: %q is left at byte %d", name, how, bytes.Trim(d.buf[at:], "\x00"), at)
			}
			for _, ip := range d.ips[:cap(d.ips)] {
				if ip.IsValid() {
					t.Errorf("%s, %s: the address %v is left", name, how, ip)
				}
			}
		}
	}
}
