package svg_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"foyer/locator/survey/svg"
)

func TestDrawing(t *testing.T) {
	var d svg.Drawing
	d.Open("g", svg.A("class", `a"b<c`))
	d.Note("shown & said")
	d.Line(0, 1.239, math.NaN(), math.Inf(1))
	var p svg.Path
	d.Path(&p) // empty: nothing
	p.Move(1, 2)
	p.To(-0.001, 4)
	p.Shut()
	d.Path(&p, svg.A("fill", "none"))
	d.Text(1, 2, "shoes & <socks>")
	var out strings.Builder
	if err := d.Write(&out, 30, 20, "a < b"); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, want := range []string{
		`<line x1="0" y1="1.24" x2="0" y2="0"/>`, `d="M1 2L0 4Z"`, "shoes &amp; &lt;socks&gt;",
		"<title>a &lt; b</title>", `class="a&#34;b&lt;c"`, `<rect width="30" height="20" fill="#ffffff"/>`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	dec := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("not well formed: %v\n%s", err, text)
		}
	}
}
