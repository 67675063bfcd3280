// Package svg writes drawings that a browser shows and a person likes to look
// at. It hides SVG's syntax: numbers are written to the hundredth, and every
// text is escaped. It never reads an SVG, loads nothing from anywhere, and a
// drawing has a white ground so that a dark viewer shows it as well.
//
// Lengths are pixels of the drawing, x to the right and y down.
package svg

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
)

// A Drawing is what was drawn so far; the zero value is empty.
type Drawing struct {
	body bytes.Buffer
	open []string // elements that are not closed yet
}

// An Attr is one attribute of an element, such as fill="none".
type Attr struct {
	Name  string
	Value any // a float64 is written to the hundredth
}

// A is short for Attr{name, value}.
func A(name string, value any) Attr { return Attr{name, value} }

// Open begins an element; Close ends it.
func (d *Drawing) Open(name string, attrs ...Attr) {
	d.start(name, attrs)
	d.body.WriteString(">")
	d.open = append(d.open, name)
}

// Close ends the element opened last.
func (d *Drawing) Close() {
	last := len(d.open) - 1
	d.body.WriteString("</" + d.open[last] + ">\n")
	d.open = d.open[:last]
}

// Put writes an element without content.
func (d *Drawing) Put(name string, attrs ...Attr) {
	d.start(name, attrs)
	d.body.WriteString("/>\n")
}

// Line draws a straight line.
func (d *Drawing) Line(x1, y1, x2, y2 float64, attrs ...Attr) {
	d.Put("line", append([]Attr{{"x1", x1}, {"y1", y1}, {"x2", x2}, {"y2", y2}}, attrs...)...)
}

// Circle draws a circle.
func (d *Drawing) Circle(x, y, r float64, attrs ...Attr) {
	d.Put("circle", append([]Attr{{"cx", x}, {"cy", y}, {"r", r}}, attrs...)...)
}

// Rect draws an upright rectangle.
func (d *Drawing) Rect(x, y, w, h float64, attrs ...Attr) {
	d.Put("rect", append([]Attr{{"x", x}, {"y", y}, {"width", w}, {"height", h}}, attrs...)...)
}

// Path draws a path that was put together elsewhere.
func (d *Drawing) Path(p *Path, attrs ...Attr) {
	if p.b.Len() > 0 {
		d.Put("path", append([]Attr{{"d", p.b.String()}}, attrs...)...)
	}
}

// Text writes a text whose baseline begins at (x, y), or ends or is centred
// there if an attribute says so.
func (d *Drawing) Text(x, y float64, text string, attrs ...Attr) {
	d.start("text", append([]Attr{{"x", x}, {"y", y}}, attrs...))
	d.body.WriteString(">")
	escape(&d.body, text)
	d.body.WriteString("</text>\n")
}

// Note gives the element opened last, before anything is put into it, a text
// that is shown where one points.
func (d *Drawing) Note(text string) {
	d.body.WriteString("<title>")
	escape(&d.body, text)
	d.body.WriteString("</title>")
}

func (d *Drawing) start(name string, attrs []Attr) {
	d.body.WriteString("<" + name)
	for _, a := range attrs {
		d.body.WriteString(" " + a.Name + `="`)
		switch v := a.Value.(type) {
		case float64:
			d.body.WriteString(number(v))
		default:
			escape(&d.body, fmt.Sprint(v))
		}
		d.body.WriteString(`"`)
	}
}

// Write writes the whole drawing, width by height pixels, with a title for
// those who cannot see it.
func (d *Drawing) Write(w io.Writer, width, height float64, title string) error {
	for len(d.open) > 0 {
		d.Close()
	}
	var head bytes.Buffer
	fmt.Fprintf(&head, `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" role="img" font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12" fill="#1d2733">
<title>`, number(width), number(height))
	escape(&head, title)
	fmt.Fprintf(&head, "</title>\n<rect width=\"%s\" height=\"%s\" fill=\"#ffffff\"/>\n", number(width), number(height))
	for _, part := range [][]byte{head.Bytes(), d.body.Bytes(), []byte("</svg>\n")} {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("write drawing: %w", err)
		}
	}
	return nil
}

func escape(b *bytes.Buffer, text string) {
	_ = xml.EscapeText(b, []byte(text)) // a buffer takes everything
}

// number writes v to the hundredth; what is no number becomes 0, so that one
// bad figure cannot make the drawing unreadable.
func number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		v = 0
	}
	return strconv.FormatFloat(math.Round(v*100)/100+0, 'f', -1, 64)
}

// A Path is a line of several strokes.
type Path struct{ b bytes.Buffer }

// Move lifts the pen and sets it down at (x, y).
func (p *Path) Move(x, y float64) { p.step("M", x, y) }

// To draws on to (x, y).
func (p *Path) To(x, y float64) { p.step("L", x, y) }

// Shut draws on to where the pen was set down.
func (p *Path) Shut() { p.b.WriteString("Z") }

func (p *Path) step(c string, x, y float64) {
	p.b.WriteString(c + number(x) + " " + number(y))
}
