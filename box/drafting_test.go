package box

import (
	"errors"
	"testing"

	"foyer/floor"
)

// planNamed is a plan that can be told by its name.
func planNamed(t *testing.T, name string) []byte {
	t.Helper()
	p := floor.Example()
	p.Name = name
	data, err := p.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// inForce is the name of the plan that a start puts in force.
func (b *store) inForce(t *testing.T) string {
	t.Helper()
	next, ok := b.firstFloor()
	if !ok {
		return ""
	}
	return next.plan.Name
}

// A plan that is drawn and put in use on the box outlives a restart and the
// plan that headquarters had sent before, and gives way to the next one.
func TestAPlanDrawnHere(t *testing.T) {
	b, hq := lined(t)
	b.in.Config = plain(t)
	b.in.Config.Data = t.TempDir()
	b.config.Store(b.in.Config)
	outbox := t.TempDir()
	d := b.drafts()
	jonas, _ := floor.ParseAssociate("jonas")
	send := func(name string) []byte {
		if err := b.link.Close(); err != nil {
			t.Fatal(err)
		}
		keepDocument(t, outbox, "down/plan/good", b.signed(t, hq, planNamed(t, name)))
		b.reopen(t, outbox)
		return planNamed(t, name)
	}
	first := send("headquarters' first")
	if err := d.Keep([]byte("draft")); err != nil {
		t.Fatal(err)
	}
	if err := d.Use(t.Context(), jonas, []byte("{}")); !errors.Is(err, floor.ErrPlan) {
		t.Errorf("an empty plan: %v", err)
	}
	if got := b.inForce(t); got != "headquarters' first" {
		t.Errorf("after a plan that cannot be used %q is in force", got)
	}
	if err := d.Use(t.Context(), jonas, planNamed(t, "drawn")); err != nil {
		t.Fatal(err)
	}
	if got := d.InForce().Name; got != "drawn" {
		t.Errorf("%q is in force", got)
	}
	if draft, err := d.Draft(); draft != nil || err != nil {
		t.Errorf("the draft is still there: %s, %v", draft, err)
	}
	if got := b.inForce(t); got != "drawn" {
		t.Errorf("after a restart %q is in force", got)
	}
	b.owes(t, 1, 0) // headquarters is told, once
	if err := d.tell(); err != nil {
		t.Error(err)
	}
	b.owes(t, 1, 0)
	x, err := b.drawnHere()
	if err != nil || !x.Told || x.By != "jonas" || x.Over != planHash(first) {
		t.Errorf("what is kept: %+v, %v", x, err)
	}
	x.Told = false // it stopped before it had told
	if err := errors.Join(d.keepDrawn(*x), d.tell()); err != nil {
		t.Error(err)
	}
	b.owes(t, 2, 0)
	again, err := b.checkPlan(t.Context())(first) // as at every start
	if err == nil {
		err = again()
	}
	if got := d.InForce().Name; err != nil || got != "drawn" {
		t.Errorf("headquarters' older plan came again: %q is in force, %v", got, err)
	}
	next := send("headquarters' second")
	if got := b.inForce(t); got != "headquarters' second" {
		t.Errorf("after headquarters' next plan and a restart %q is in force", got)
	}
	apply, err := b.checkPlan(t.Context())(next)
	if err == nil {
		err = apply()
	}
	if got := d.InForce().Name; err != nil || got != "headquarters' second" {
		t.Errorf("headquarters' next plan: %q is in force, %v", got, err)
	}
}
