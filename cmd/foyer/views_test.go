package main_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"testing"
	"testing/fstest"
)

// waits returns everything in functions lent a transaction of vault that may
// wait for something else than the database: other files, the network, a timer,
// a channel. While a transaction is open no page is used again, and while it
// writes everybody else waits.
func waits(all []source) (out []string) {
	for _, s := range all {
		if s.test || s.pkg == "vault" {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			body := lent(n)
			if body == nil {
				return true
			}
			ast.Inspect(body, func(n ast.Node) bool {
				if what := waiting(n); what != "" {
					out = append(out, fmt.Sprintf("%s: %s within a transaction", s.set.Position(n.Pos()), what))
				}
				return true
			})
			return false
		})
	}
	return out
}

// lent returns the body of a function with a parameter of type *vault.Tx.
func lent(n ast.Node) *ast.BlockStmt {
	var params *ast.FieldList
	var body *ast.BlockStmt
	switch f := n.(type) {
	case *ast.FuncDecl:
		params, body = f.Type.Params, f.Body
	case *ast.FuncLit:
		params, body = f.Type.Params, f.Body
	default:
		return nil
	}
	for _, p := range params.List {
		if star, ok := p.Type.(*ast.StarExpr); ok && named(star.X) == "vault.Tx" {
			return body
		}
	}
	return nil
}

// named returns the text of pkg.Name.
func named(e ast.Expr) string {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	pkg, ok := sel.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return pkg.Name + "." + sel.Sel.Name
}

func waiting(n ast.Node) string {
	switch n := n.(type) {
	case *ast.SendStmt, *ast.SelectStmt:
		return "a channel"
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			return "a channel"
		}
	case *ast.SelectorExpr:
		name := named(n)
		pkg, _ := n.X.(*ast.Ident)
		if name == "time.Sleep" || name == "time.After" || pkg != nil && slices.Contains([]string{"os", "net", "http", "exec", "syscall"}, pkg.Name) {
			return name
		}
	}
	return ""
}

// TestImportsWaitForNothing is one of the house's rules: nothing waits while a
// transaction is open.
func TestImportsWaitForNothing(t *testing.T) {
	for _, w := range waits(repository(t)) {
		t.Error(w)
	}
}

func TestWaitsAreFound(t *testing.T) {
	const head = "package p\nimport (\"foyer/vault\"; \"os\"; \"time\")\n"
	for body, want := range map[string]int{
		`func f(v *vault.File) { v.View(func(tx *vault.Tx) error { os.ReadFile("x"); return nil }) }`:            1,
		`func f(tx *vault.Tx, c chan int) { c <- 1; <-c }`:                                                       2,
		`func f(v *vault.File) { v.Update(func(tx *vault.Tx) error { time.Sleep(1); return nil }) }`:             1,
		`func f(v *vault.File, c chan int) { <-c; v.View(func(tx *vault.Tx) error { return nil }); os.Exit(1) }`: 0,
	} {
		all, err := parseTree(fstest.MapFS{"p/p.go": {Data: []byte(head + body)}})
		if err != nil {
			t.Fatal(err)
		}
		if got := waits(all); len(got) != want {
			t.Errorf("%s: found %q, want %d", body, got, want)
		}
	}
}
