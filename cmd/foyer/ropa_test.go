package main_test

import (
	"go/ast"
	"regexp"
	"strings"
	"testing"
	"time"

	"foyer/box"
	"foyer/config"
	"foyer/sync/wire"
)

// ropa is the record of a box with headquarters.
func ropa(t *testing.T) string {
	t.Helper()
	var page strings.Builder
	c := &config.Config{Store: config.Store{Chain: "test", ID: "shop"}, HQ: config.HQ{Broker: "tls://hq.example.com:8883"}}
	if err := box.Record(c, "test", time.Now()).Markdown(&page); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// What the annex of the record says is held by a test is held by one that
// exists.
func TestTheAnnexNamesWhatExists(t *testing.T) {
	p := proven(repository(t))
	named := regexp.MustCompile(`\| ([a-z0-9/]+\.Test[A-Za-z0-9]+) \|`).FindAllStringSubmatch(ropa(t), -1)
	if len(named) < 10 {
		t.Fatalf("%d tests are named: this test looks in the wrong place", len(named))
	}
	for _, m := range named {
		if !p.tests[m[1]] {
			t.Errorf("the record names %s, which does not exist", m[1])
		}
	}
}

// The record says of no topic that it is in use which no code of the box
// mentions, nor the other way round.
func TestTheRecordSaysWhatIsUsed(t *testing.T) {
	mentioned := map[string]bool{}
	for _, s := range repository(t) {
		if s.test || s.pkg != "box" && s.pkg != "sync/hq" {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if x, ok := n.(*ast.SelectorExpr); ok {
				if from, ok := x.X.(*ast.Ident); ok && from.Name == "wire" {
					mentioned[strings.ToLower(x.Sel.Name)] = true
				}
			}
			return true
		})
	}
	page := ropa(t)
	for _, k := range wire.Kinds() {
		row := regexp.MustCompile(`(?m)^\| ` + string(k) + ` \|.*\| (yes|not used) \|$`).FindStringSubmatch(page)
		if row == nil {
			t.Errorf("%s has no row", k)
			continue
		}
		if used := mentioned[strings.ReplaceAll(string(k), "/", "")]; used != (row[1] == "yes") {
			t.Errorf("%s: the record says %q, the code of the box mentions it: %v", k, row[1], used)
		}
	}
}
