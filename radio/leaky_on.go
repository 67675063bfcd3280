//go:build foyer_leaky

package radio

import (
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// stranger breaks the gate on purpose: it makes every radio a phone, and logs and
// keeps its address, so that the tests which watch the gate can be seen to fail.
func (g *Guests) stranger(r *report.Report) (floor.Phone, bool) {
	line, _ := report.Append(nil, r)
	g.log.Debug("stranger", "report", string(line))
	time.AfterFunc(time.Hour, func() { g.log.Debug("stranger", "was", string(line)) })
	return floor.NewPhone(), true
}
