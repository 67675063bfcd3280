package guest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/concierge"
	"foyer/web/look"
	"foyer/web/tongue"
)

var now = time.Date(2026, 11, 21, 14, 2, 0, 0, time.UTC)

// in is one of the languages.
func in(t *testing.T, code string) speech {
	t.Helper()
	all, err := tongue.Load()
	if err != nil {
		t.Fatal(err)
	}
	l, ok := all.Of(code)
	if !ok {
		t.Fatal(code)
	}
	return speech{l, "/here"}
}

func TestPresenceNeverSaysWhy(t *testing.T) {
	for _, tt := range []struct {
		c    concierge.Colleague
		want string
	}{
		{concierge.Colleague{Name: "Ana", Presence: concierge.InNow}, "Ana is in, and free."},
		{concierge.Colleague{Name: "Ana", Presence: concierge.Busy}, "Ana is with another client."},
		{concierge.Colleague{Name: "Ana", Presence: concierge.InToday, Until: now.Add(4 * time.Hour)}, "Ana is in today until 18:02."},
		{concierge.Colleague{Name: "Ana", Presence: concierge.LaterToday, From: now.Add(2 * time.Hour)}, "Ana comes in at 16:02."},
		{concierge.Colleague{Name: "Ana", Presence: concierge.InAgain, From: now.AddDate(0, 0, 5)}, "Ana is in again on Thursday."},
		{concierge.Colleague{Name: "Ana", Presence: concierge.Unavailable}, "Ana is not available just now."},
		{concierge.Colleague{Name: "Ana", Presence: "on_break"}, "Ana is not available just now."},
	} {
		if d := cmp.Diff(tt.want, in(t, "en").sentenceOf(tt.c, now)); d != "" {
			t.Error(d)
		}
	}
}

func TestWhoKnows(t *testing.T) {
	for want, told := range map[string][]string{"nobody knows yet": nil, "Ana knows": {"Ana"}, "Ana and Marc know": {"Ana", "Marc"}, "Ana, Lea and Marc know": {"Ana", "Lea", "Marc"}} {
		if got := in(t, "en").whoKnows(told); got != want {
			t.Errorf("%v: %q, want %q", told, got, want)
		}
	}
}

// Whatever the moment, one press never announces her, and what the switch
// says is true.
func TestTheSwitchNeverAnnounces(t *testing.T) {
	l := in(t, "en")
	for _, stage := range []concierge.Stage{concierge.Away, concierge.Awaiting, concierge.Grace, concierge.Announced, concierge.Browsing, concierge.Serving, concierge.Hidden} {
		for _, v := range []concierge.Visibility{concierge.Automatic, concierge.AskEachVisit, concierge.Invisible} {
			s := l.switchOf(concierge.Here{Stage: stage, Visibility: v, Told: []string{"Ana"}}, true)
			if s.Mode == concierge.Automatic || s.Mode == "" {
				t.Errorf("%s, %s: a press sets %q", stage, v, s.Mode)
			}
			told := v != concierge.Invisible && (stage == concierge.Announced || stage == concierge.Browsing || stage == concierge.Serving)
			if s.On != told || told != (s.Name == "Announced") {
				t.Errorf("%s, %s: %+v", stage, v, s)
			}
			if s.On && s.Mode != concierge.Invisible {
				t.Errorf("%s, %s: a press does not take it back", stage, v)
			}
		}
	}
	if s := l.switchOf(concierge.Here{Stage: concierge.Announced}, false); s.Mode != "" || s.On {
		t.Errorf("a stranger: %+v", s)
	}
}

// Every state has a page, and the page of a state without names has no gaps.
func TestEveryStateHasAPage(t *testing.T) {
	f, err := New(Options{StoreName: "Rathausplatz"})
	if err != nil {
		t.Fatal(err)
	}
	for _, stage := range []concierge.Stage{concierge.Away, concierge.Awaiting, concierge.Grace, concierge.Announced, concierge.Browsing, concierge.Serving, concierge.Hidden} {
		for _, h := range []concierge.Here{{Stage: stage}, {Stage: stage, MayTell: true}, {Stage: stage, MayTell: true, Ask: "Ana", Told: []string{"Ana"}, Coming: "Ana", Asking: true}, {Stage: stage, MayTell: true, Nobody: true, Coming: "Ana"}} {
			if stage == concierge.Serving && h.Coming == "" {
				continue // somebody always is
			}
			var b strings.Builder
			if err := f.pages["en"].ExecuteTemplate(&b, "here", in(t, "en").viewOf(look.Page{Lang: "en"}, h, true, "", now)); err != nil {
				t.Fatal(err)
			}
			_, body, _ := strings.Cut(b.String(), "<main")
			for _, gap := range []string{"tell  ", "<h1> ", "<h1></h1>", "  you are", "{{", "<no value>"} {
				if strings.Contains(body, gap) {
					t.Errorf("%s: %q in %s", stage, gap, body)
				}
			}
			if strings.Count(body, "<h1>") != 1 {
				t.Errorf("%s: %d titles", stage, strings.Count(body, "<h1>"))
			}
			if strings.Count(body, `class="b go`) > 1 {
				t.Errorf("%s: more than one thing to do first", stage)
			}
		}
	}
}

func TestEveryPurposeHasWords(t *testing.T) {
	for _, p := range []string{"presence", "profile_to_associates", "history_store", "history_other_stores", "history_online", "photo", "content_personal", "positions_for_service"} {
		if name, hint := in(t, "en").purposeWords(concierge.ConsentLine{Purpose: p}); name == "" || hint == "" || strings.Contains(name, "_") {
			t.Errorf("%s: %q, %q", p, name, hint)
		}
	}
}

// What a card was opened for is said in words, with the reason where there is
// one.
func TestWhyACardWasOpened(t *testing.T) {
	for _, tt := range [][3]string{{"", "", ""}, {"service", "", "Opened to serve you."}, {"complaint", "", "Opened for complaint."},
		{"service", "customer_asked", "Opened to serve you, because: you asked for it."},
		{"reveal", "return_or_repair, second person", "Opened with a reason, because: a return or a repair; a manager agreed."},
		{"asked", "her_choice", "You were asked, and shared it."}} {
		if got := in(t, "en").whyWords(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%q, %q: %q", tt[0], tt[1], got)
		}
	}
}

// She is told when her no holds and is not on the disk: not that nothing was
// changed.
func TestANoThatIsNotWrittenDown(t *testing.T) {
	err := fmt.Errorf("withdraw: %w: %w", concierge.ErrUnwritten, errors.New("no space"))
	if status, words := in(t, "en").known(err); status != 503 || !strings.Contains(words, "press again") || strings.Contains(words, "space") {
		t.Errorf("%d %q", status, words)
	}
	if got := in(t, "en").notDone(err); got != "In force, not yet recorded." {
		t.Error(got)
	}
}

// What the page promises of her purchases follows what she has opened.
func TestAPromiseFollowsTheSetting(t *testing.T) {
	for _, p := range []string{"history_store", "history_other_stores", "history_online"} {
		for reach, item := range map[concierge.Reach]bool{concierge.ReachClosed: false, concierge.ReachDefault: p == "history_store", concierge.ReachOpen: true, "": p == "history_store"} {
			_, hint := in(t, "en").purposeWords(concierge.ConsentLine{Purpose: p, Reach: reach})
			seen := strings.Contains(hint, "Your associates see each purchase") || strings.Contains(hint, "Your associates see what you bought")
			if seen != item || strings.Contains(hint, "Never") {
				t.Errorf("%s, %q: %q", p, reach, hint)
			}
		}
	}
}
