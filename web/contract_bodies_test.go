package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"foyer/web/contract"
)

// Every field that a route's code reads of a body is in the contract of its
// listener: what nobody sends in a test would not be missed otherwise.
func TestContractsHaveEveryFieldOfABody(t *testing.T) {
	t.Parallel()
	for listener, folders := range map[string][]string{contract.Guest: {"guest"}, contract.Staff: {"staff", "setup"}} {
		written := map[string]bool{}
		for _, p := range promises()[listener].Paths {
			for _, o := range p.operations() {
				for _, m := range o.RequestBody.Content {
					properties(promises()[listener].resolve(m.Schema), written)
				}
			}
		}
		n := 0
		for _, folder := range folders {
			for field, where := range bodyFields(t, folder) {
				if n++; !written[field] {
					t.Errorf("%s reads %q of a body, and the contract has no such field", where, field)
				}
			}
		}
		if n < 5 {
			t.Errorf("%s: only %d fields were found", listener, n)
		}
	}
}

// resolve follows a reference to a schema.
func (p *promise) resolve(schema any) any {
	m, _ := schema.(map[string]any)
	if name, ok := m["$ref"].(string); ok {
		return p.Components.Schemas[strings.TrimPrefix(name, "#/components/schemas/")]
	}
	return schema
}

func properties(schema any, into map[string]bool) {
	m, _ := schema.(map[string]any)
	all, _ := m["properties"].(map[string]any)
	for name := range all {
		into[name] = true
	}
}

// bodyFields are the fields of what a folder's code reads by gate.Read, and where.
func bodyFields(t *testing.T, folder string) map[string]string {
	t.Helper()
	out, named, set := map[string]string{}, map[string]*ast.StructType{}, token.NewFileSet()
	var files []*ast.File
	for _, name := range must(filepath.Glob(folder + "/*.go")) {
		if !strings.HasSuffix(name, "_test.go") {
			files = append(files, must(parser.ParseFile(set, name, nil, 0)))
		}
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok {
				if st, ok := s.Type.(*ast.StructType); ok {
					named[s.Name.Name] = st
				}
			}
			return true
		})
	}
	for _, f := range files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			for _, st := range readBy(fn, named) {
				for _, field := range st.Fields.List {
					tag, _, _ := strings.Cut(reflect.StructTag(must(strconv.Unquote(field.Tag.Value))).Get("json"), ",")
					out[tag] = fn.Name.Name
				}
			}
		}
	}
	return out
}

// readBy are the structs that a function hands to gate.Read.
func readBy(fn *ast.FuncDecl, named map[string]*ast.StructType) (out []*ast.StructType) {
	vars, read := map[string]ast.Expr{}, []string{}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for _, name := range n.Names {
				vars[name.Name] = n.Type
			}
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Read" && len(n.Args) == 2 {
				if at, ok := n.Args[1].(*ast.UnaryExpr); ok {
					read = append(read, at.X.(*ast.Ident).Name)
				}
			}
		}
		return true
	})
	for _, name := range slices.Compact(read) {
		switch typ := vars[name].(type) {
		case *ast.StructType:
			out = append(out, typ)
		case *ast.Ident:
			out = append(out, named[typ.Name])
		}
	}
	return out
}
