package box

import (
	"context"
	"errors"
	"time"

	"foyer/concierge"
	"foyer/routing"
)

// errNoTask is what an operator reads about a task that nothing is known of.
var errNoTask = errors.New("no such task in the last 24 hours or since the box began; foyer task list shows those there are")

// tasks lists what can be explained.
func (b *store) tasks(ctx context.Context) (any, error) {
	var out []concierge.TaskLine
	err := b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { out = d.Tasks(now) })
	return out, err
}

// explain says why associates were asked about a task.
func (b *store) explain(ctx context.Context, id string) (any, error) {
	var out []routing.Account
	var missing error
	err := b.flow.Do(ctx, func(d *concierge.Desk, now time.Time) { out, missing = d.ExplainTask(id, now) })
	if errors.Is(missing, concierge.ErrNothing) {
		missing = errNoTask
	}
	return out, errors.Join(err, missing)
}
