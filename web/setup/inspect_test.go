package setup

import (
	"slices"
	"strings"
	"testing"

	"foyer/floor"
)

func texts(f Findings) string {
	var all []string
	for _, x := range f.Faults {
		all = append(all, "! "+x.Text)
	}
	for _, n := range f.Notes {
		all = append(all, map[bool]string{true: "+ ", false: "? "}[n.Well]+n.Text)
	}
	return strings.Join(all, "\n")
}

func TestWhatIsSaidOfAPlan(t *testing.T) {
	zone := func(id, name, outline string) string {
		return `{"id":"` + id + `","name":"` + name + `","outline":` + outline + `}`
	}
	plan := func(zones, rest string) string {
		return `{"schema":"foyer.plan/1","name":"s","levels":[{"id":"g","name":"Ground","height":3,"outline":[[0,0],[20,0],[20,10],[0,10]],"zones":[` + zones + `]` + rest + `}]}`
	}
	aps := `,"entrances":[{"id":"e","at":[5,10],"width":2}],"access_points":[{"id":"ap-1","at":[1,1],"height":2.5},{"id":"ap-2","at":[19,1],"height":2.5},{"id":"ap-3","at":[10,9],"height":2.5}]`
	for _, tt := range []struct{ name, in, want string }{
		{"well", plan(zone("a", "A", "[[0,0],[6,0],[6,6],[0,6]]"), aps), "+ All zones closed, none overlap\n+ 3 access points placed"},
		{"overlap", plan(zone("a", "Shoes", "[[0,0],[8,0],[8,8],[0,8]]")+","+zone("b", "Bags", "[[6,0],[14,0],[14,8],[6,8]]"), aps),
			"? Shoes and Bags overlap by 16 m²: whoever is there may be in either.\n+ 3 access points placed"},
		{"narrow", plan(zone("a", "Fitting", "[[0,0],[4.4,0],[4.4,8],[0,8]]"), aps),
			"+ All zones closed, none overlap\n+ 3 access points placed\n? Fitting is 4.4 m wide: hard to tell from what is beside it."},
		{"bare", plan("", `,"access_points":[{"id":"ap-1","at":[30,1],"height":2.5}]`),
			"+ All zones closed, none overlap\n+ 1 access point placed\n? Ground has 1 of the 3 access points that it takes to tell zones apart.\n? Access point ap-1 hangs outside the floor.\n" +
				"? Ground has no zone: people are shown as “in the store” only.\n? Ground has no entrance."},
		{"no radio", plan("", `,"access_points":[]`), "! No access point is placed: nobody could be located."},
		{"two faults", plan(zone("a", "", "[[0,0],[6,6],[6,0],[0,4]]"), aps), "! Zone a: it has no name.\n! Zone a: its line crosses itself, the side after corner 1 and the one after corner 3."},
		{"nonsense", `{"schema":"foyer.plan/1"}`, "! Name: missing.\n! Levels: a plan needs at least one level."},
	} {
		if got := texts(inspect([]byte(tt.in))); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
	f := inspect([]byte(plan(zone("a", "A", "[[0,0],[6,0],[6,6],[0,6]]")+","+zone("b", "B", "[[0,0],[1,0]]"), aps))).Faults
	if i := slices.IndexFunc(f, func(x Fault) bool { return x.Kind == "zones" && x.Index == 1 && x.Level == 0 }); i < 0 {
		t.Errorf("the zone cannot be shown: %+v", f)
	}
}

// A plan as wide as one may be does not keep the page waiting.
func TestOverlapOfHugeZones(t *testing.T) {
	g := floor.Polygon{{X: -2000, Y: -2000}, {X: 2000, Y: -2000}, {X: 2000, Y: 2000}, {X: -2000, Y: 2000}}
	if n := testing.AllocsPerRun(1, func() { overlap(g, g) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
	if m2 := overlap(g, g); m2 < 15e6 || m2 > 17e6 {
		t.Errorf("%v m2", m2)
	}
}
