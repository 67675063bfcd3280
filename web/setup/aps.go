package setup

import (
	"fmt"
	"html/template"
	"strings"

	"foyer/floor"
	"foyer/web/look"
)

// apSign is the sign of an access point around its place, in units of the
// drawing. The editor's script has it from the page.
const apSign = "M-1.8 .8a2.6 2.6 0 0 1 3.6 0M0 2v.01M-2.6 -1.2a4 4 0 0 1 5.2 0"

// drawAPs draws a level with its access points; those that are off are drawn
// as not heard.
func drawAPs(l *floor.Level, off map[floor.APID]bool) template.HTML {
	var b strings.Builder
	for _, a := range l.AccessPoints {
		class, x, y := "ap", float64(a.At.X)*10, float64(a.At.Y)*10
		if off[a.ID] {
			class = "ap off"
		}
		fmt.Fprintf(&b, `<g class="%s" transform="translate(%.1f %.1f)"><circle r="4.2"/><path d="%s"/><text class="s halo" y="13">%s</text></g>`,
			class, x, y, apSign, template.HTMLEscapeString(strings.TrimPrefix(string(a.ID), "ap-")))
	}
	return look.Layered(*l, look.Drawing{Names: true, Label: "Floor plan with its access points"}, "", template.HTML(b.String()))
}
