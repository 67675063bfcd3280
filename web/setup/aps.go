package setup

import (
	"fmt"
	"html/template"
	"strings"

	"foyer/floor"
	"foyer/web/look"
)

// drawAPs draws a level with its access points; those that are off are drawn
// as not heard.
func drawAPs(l *floor.Level, off map[floor.APID]bool) template.HTML {
	var b strings.Builder
	for _, a := range l.AccessPoints {
		class, x, y := "ap", float64(a.At.X)*10, float64(a.At.Y)*10
		if off[a.ID] {
			class = "ap off"
		}
		fmt.Fprintf(&b, `<g class="%s"><circle cx="%.1f" cy="%.1f" r="4.2"/><path d="M%.1f %.1fa2.6 2.6 0 0 1 3.6 0M%.1f %.1fv.01M%.1f %.1fa4 4 0 0 1 5.2 0"/><text class="s halo" x="%.1f" y="%.1f">%s</text></g>`,
			class, x, y, x-1.8, y+.8, x, y+2, x-2.6, y-1.2, x, y+13, template.HTMLEscapeString(strings.TrimPrefix(string(a.ID), "ap-")))
	}
	return look.Layered(*l, look.Drawing{Names: true, Label: "Floor plan with its access points"}, "", template.HTML(b.String()))
}
