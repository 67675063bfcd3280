package box

import (
	"strings"
	"testing"
	"time"

	"foyer/box/account"
	"foyer/config"
	"foyer/web/admin"
)

// The scope counts what there is, before and after an erasure, and names the
// customers only when asked.
func TestScopeCounts(t *testing.T) {
	b := known(t)
	b.config.Store(&config.Config{Data: b.in.Config.Data, RootKey: "elsewhere/key"})
	ask := func(q admin.Scope) account.Scope {
		v, err := b.scope(q)
		if err != nil {
			t.Fatal(err)
		}
		return v.(account.Scope)
	}
	bucket := func(s account.Scope, name string) account.Opened {
		for _, o := range s.Opens {
			if o.File+"/"+o.Bucket == name {
				return o
			}
		}
		t.Fatalf("no %s", name)
		return account.Opened{}
	}
	began := time.Now().Add(-time.Hour)
	s := ask(admin.Scope{Subjects: true})
	if s.Customers != 2 || strings.Join(s.Subjects, " ") != "c-1 c-2" || s.Rows != 1 || s.Erased != 0 {
		t.Errorf("%d customers, named %v, %d rows, %d erased", s.Customers, s.Subjects, s.Rows, s.Erased)
	}
	for name, want := range map[string]int{"profiles.db/profiles": 2, "profiles.db/consents": 2, "desk.db/served": 1, "doors.db/guest-sessions": 2, "ledger.db/links": 1, "keys.db/keys": 0} {
		if o := bucket(s, name); o.Subjects != want || o.Rows == 0 || o.Bytes == 0 || o.Readable != "if it holds the key's file" {
			t.Errorf("%s: %+v, want %d people", name, o, want)
		}
	}
	if _, err := b.erase(t.Context(), customerOf(t, "c-1")); err != nil {
		t.Fatal(err)
	}
	if s = ask(admin.Scope{}); s.Customers != 1 || s.Subjects != nil || bucket(s, "desk.db/served").Rows != 0 {
		t.Errorf("after an erasure: %d customers, named %v", s.Customers, s.Subjects)
	}
	if s = ask(admin.Scope{Since: began}); s.Erased != 1 || s.Rows != 0 || !s.Changed {
		t.Errorf("of an hour ago: %d erased since, %d rows then", s.Erased, s.Rows)
	}
}
