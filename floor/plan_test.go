package floor_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/floor"
)

func TestExampleIsAStore(t *testing.T) {
	p := floor.Example()
	l := p.Levels[0]
	lo, hi := l.Outline.Bounds()
	if w, h := hi.X-lo.X, hi.Y-lo.Y; w != 40 || h != 25 {
		t.Errorf("the floor is %v x %v m, want 40 x 25", w, h)
	}
	if n := len(l.AccessPoints); n != 10 {
		t.Errorf("%d access points, want 10", n)
	}
	for _, a := range l.AccessPoints {
		if !l.Outline.Contains(a.At) {
			t.Errorf("%s hangs outside the store", a.ID)
		}
	}
}

func TestPlanRoundTrip(t *testing.T) {
	want := floor.Example()
	want.Levels[0].Frames = []floor.Frame{{ID: "g_6477/1", At: floor.Point{X: 0, Y: 25}, Turn: -90, Up: true, Scale: 0.5}}
	data, err := want.JSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := floor.ParsePlan(data)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

const small = `{"schema":"foyer.plan/1","name":"s","levels":[{"id":"g","name":"G","height":3,
"outline":[[0,0],[10,0],[10,10],[0,10]],
"zones":[{"id":"a","name":"A","outline":[[0,0],[5,0],[5,5],[0,5]]}],
"walls":[{"from":[0,5],"to":[5,5],"loss_db":3}],
"entrances":[{"id":"e","at":[5,10],"width":2}],
"access_points":[{"id":"ap-1","at":[1,1],"height":2.5}]}]}`

func TestParsePlanRefuses(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"unknown key", `"height":3,`, `"height":3,"hight":3,`, `line 1, column`},
		{"broken text", `"walls":[`, `"walls":[[`, "line 5"},
		{"trailing data", `"height":2.5}]}]}`, `"height":2.5}]}]} {}`, "trailing data"},
		{"schema", "foyer.plan/1", "foyer.plan/9", "schema"},
		{"no access point", `{"id":"ap-1","at":[1,1],"height":2.5}`, ``, `levels[0] "g".access_points`},
		{"same id twice", `{"id":"ap-1","at":[1,1],"height":2.5}`, `{"id":"x","at":[1,1],"height":2.5},{"id":"x","at":[2,1],"height":2.5}`, `already used at levels[0] "g".access_points[0] "x"`},
		{"alias of two", `"height":2.5}]}]}`, `"height":2.5,"aliases":["m","m"]}]}]}`, `alias "m" is already used`},
		{"bow tie", `[[0,0],[10,0],[10,10],[0,10]]`, `[[0,0],[10,10],[10,0],[0,10]]`, `outline: edge 0 crosses edge 2`},
		{"millimetres", `"at":[5,10]`, `"at":[5000,10000]`, `entrances[0] "e".at.x: 5000`},
		{"zone elsewhere", `[[0,0],[5,0],[5,5],[0,5]]`, `[[20,20],[25,20],[25,25],[20,25]]`, `zones[0] "a".outline: its centre`},
		{"wall of lead", `"loss_db":3`, `"loss_db":200`, `walls[0].loss_db`},
		{"three numbers", `"from":[0,5]`, `"from":[0,5,1]`, `walls[0].from: 3 numbers`},
		{"drawing without a name", `"height":2.5}]}]}`, `"height":2.5}],"frames":[{"id":"","at":[0,0]}]}]}`, `frames[0].id: 0 characters`},
		{"drawing of nothing", `"height":2.5}]}]}`, `"height":2.5}],"frames":[{"id":"m","at":[0,0],"scale":0}]}]}`, `frames[0].scale: 0 is not between`},
		{"drawing twice", `"height":2.5}]}]}`, `"height":2.5}],"frames":[{"id":"m","at":[0,0]},{"id":"m","at":[1,0]}]}]}`, `frame "m" is already used`},
		{"bad identifier", `"id":"ap-1"`, `"id":"ap 1"`, "access point id: not an identifier"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := strings.Replace(small, tt.old, tt.new, 1)
			if in == small {
				t.Fatal("the case changes nothing")
			}
			_, err := floor.ParsePlan([]byte(in))
			if !errors.Is(err, floor.ErrPlan) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want ErrPlan naming %q", err, tt.want)
			}
		})
	}
	if _, err := floor.ParsePlan([]byte(small)); err != nil {
		t.Errorf("the unchanged plan: %v", err)
	}
}

// A plan that would hold up whoever reads it is refused before it does.
func TestParsePlanIsBounded(t *testing.T) {
	circle := func(n int) string {
		var b strings.Builder
		for i := range n {
			a := 2 * math.Pi * float64(i) / float64(n)
			fmt.Fprintf(&b, ",[%.4f,%.4f]", 5+5*math.Cos(a), 5+5*math.Sin(a))
		}
		return "[" + b.String()[1:] + "]"
	}
	zones := func(n, corners int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `{"id":"z%d","name":"Z","outline":%s},`, i, circle(corners))
		}
		return `"zones":[` + b.String()
	}
	const outline, walls, ap = `[[0,0],[10,0],[10,10],[0,10]]`, `"walls":[`, `{"id":"ap-1"`
	for _, tt := range []struct{ name, old, new, want string }{
		{"corners", outline, circle(200_000), "levels[0].outline: 200000 corners, at most 2000"},
		{"corners of a zone", `"zones":[`, zones(1, 2001), "zones[0].outline: 2001 corners"},
		{"corners in all", `"zones":[`, zones(100, 150), "corners in all, at most 10000"},
		{"zones", `"zones":[`, zones(600, 4), "601 zones, at most 500"},
		{"walls", walls, walls + strings.Repeat(`{"from":[0,0],"to":[1,1],"loss_db":3},`, 6000), "6001 walls"},
		{"a name", `"name":"s"`, `"name":"` + strings.Repeat("s", 1000) + `"`, "name: 1000 bytes, at most 200"},
		{"aliases", ap, `{"aliases":["` + strings.Repeat(`x","`, 200) + `y"],"id":"ap-1"`, "aliases: 201 aliases, at most 64"},
	} {
		in := strings.Replace(small, tt.old, tt.new, 1)
		if in == small {
			t.Fatalf("%s: the case changes nothing in %s", tt.name, small)
		}
		_, err := floor.ParsePlan([]byte(in))
		var all *floor.PlanError
		if !errors.As(err, &all) || !strings.Contains(err.Error(), tt.want) || len(all.Faults) > 100 {
			t.Errorf("%s: %.300v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := floor.ParsePlan([]byte(strings.Replace(small, outline, circle(2000), 1))); err != nil && strings.Contains(err.Error(), "corners") {
		t.Errorf("a round store: %v", err)
	}
}

func FuzzParsePlan(f *testing.F) {
	f.Add([]byte(small))
	data, _ := floor.Example().JSON()
	f.Add(data)
	f.Add([]byte(strings.Replace(small, `"height":2.5}]}]}`, `"height":2.5}],"frames":[{"id":"m","at":[0,3],"up":true,"turn":90}]}]}`, 1)))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := floor.ParsePlan(data)
		if err != nil {
			return
		}
		again, err := p.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := floor.ParsePlan(again); err != nil {
			t.Fatalf("what was accepted is refused when written again: %v", err)
		}
	})
}

func TestPeopleDoNotPrint(t *testing.T) {
	c, _ := floor.ParseCustomer("c-7731")
	a, _ := floor.ParseAssociate("ana-keller")
	p, _ := floor.ParsePhone("p-secret")
	staff := floor.Associate{ID: a, Name: "Ana"}
	var log strings.Builder
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("x", "c", c, "a", a, "p", p, "s", staff)
		slog.New(h).Info("x", "in", struct {
			C floor.Customer
			A floor.AssociateID
		}{c, a})
	}
	fmt.Fprintf(&log, "%v %+v %s %v", c, a, p, staff)
	data, err := json.Marshal([]any{c, a, p})
	if err != nil {
		t.Fatal(err)
	}
	log.Write(data)
	for _, secret := range []string{"7731", "keller", "secret", "Ana"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q is in %s", secret, log.String())
		}
	}
}

func TestDBmValid(t *testing.T) {
	for v, want := range map[floor.DBm]bool{-60: true, -0.5: true, 0: false, 127: false, 255: false, -128: false, -127: false} {
		if v.Valid() != want {
			t.Errorf("DBm(%v).Valid() = %v", v, !want)
		}
	}
}
