package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/routing"
	"foyer/web/admin"
)

func TestTask(t *testing.T) {
	ana, err := floor.ParseAssociate("ana")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	task := routing.Task{ID: "v-1", Began: now, Style: routing.ApproachMe, Preferred: []floor.AssociateID{ana}}
	on := routing.Snapshot{People: []routing.Person{{ID: ana, Tier: floor.TierStandard, Status: routing.Available, OnShift: true, Live: true}}}
	why := routing.Explain(task, on, routing.Defaults(), now).Account(floor.AssociateID.Ref)
	path := filepath.Join(t.TempDir(), "s")
	l, err := admin.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- admin.Serve(ctx, l, admin.Handlers{
			Tasks: func(context.Context) (any, error) {
				return []concierge.TaskLine{{Task: "v-1", Urgency: "arrival", At: now, Decisions: 2, Associate: "ana"}}, nil
			},
			Task: func(_ context.Context, id string) (any, error) {
				if id != "v-1" {
					return nil, errors.New("no such task")
				}
				return []routing.Account{why, why}, nil
			},
		})
	}()
	ask := func(args ...string) string {
		var out bytes.Buffer
		if err := run(t.Context(), append(append([]string{"task"}, args...), "--socket", path), &out, io.Discard); err != nil {
			return err.Error()
		}
		return out.String()
	}
	const account = "task v-1 (arrival) at 2026-11-23T10:00:00Z\nR0  ana  asked\noffered to ana in R0 for 1m30s\n"
	if got := ask("explain", "v-1"); got != account+"\n"+account {
		t.Errorf("explained as\n%s", got)
	}
	if got := ask("explain", "v-1", "--json"); !strings.HasPrefix(got, `[{"task":"v-1"`) {
		t.Errorf("explained as\n%s", got)
	}
	if got := ask("explain", "v-2"); !strings.Contains(got, "no such task") {
		t.Errorf("an unknown one: %s", got)
	}
	if got := ask("list"); !strings.HasPrefix(got, "v-1  arrival") || !strings.HasSuffix(got, "2 decisions  asked ana\n") {
		t.Errorf("listed as\n%s", got)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
