package arch

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// goFile holds one Go file to the rules.
type goFile struct {
	*checker
	name  string
	files *token.FileSet
	file  *ast.File
	test  bool
}

func (g *goFile) line(at token.Pos) int { return g.files.Position(at).Line }

func (g *goFile) addAt(at token.Pos, format string, args ...any) {
	g.add(g.name+":"+strconv.Itoa(g.line(at)), format, args...)
}

// imports holds the import direction.
func (g *goFile) imports() {
	for _, spec := range g.file.Imports {
		if to, ok := strings.CutPrefix(importPath(spec), g.modulePath+"/"); ok {
			if why := importRule(path.Dir(g.name), to, g.test); why != "" {
				g.addAt(spec.Pos(), "imports %s: %s", to, why)
			}
		}
	}
}

func importPath(spec *ast.ImportSpec) string {
	p, _ := strconv.Unquote(spec.Path.Value) // the parser has seen that it is a string
	return p
}

// leaf holds that the file does no I/O and has no clock.
func (g *goFile) leaf() {
	clock := ""
	for _, spec := range g.file.Imports {
		p := importPath(spec)
		if slices.ContainsFunc(leafImports, func(bad string) bool { return p == bad || strings.HasPrefix(p, bad+"/") }) {
			g.addAt(spec.Pos(), "a leaf imports %s", p)
		}
		if p == "time" {
			clock = "time"
			if spec.Name != nil {
				clock = spec.Name.Name
			}
		}
	}
	if clock == "" {
		return
	}
	ast.Inspect(g.file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(leafTime, s.Sel.Name) {
			if of, ok := s.X.(*ast.Ident); ok && of.Name == clock {
				g.addAt(s.Pos(), "a leaf has no clock: time.%s", s.Sel.Name)
			}
		}
		return true
	})
}

// sizes holds functions, structs and interfaces to their limits.
func (g *goFile) sizes() {
	ast.Inspect(g.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if size := g.line(n.End()) - g.line(n.Pos()) + 1; size > maxFuncLines {
				g.addAt(n.Pos(), "func %s has %d lines, at most %d", n.Name.Name, size, maxFuncLines)
			}
		case *ast.StructType:
			if size := n.Fields.NumFields(); size > maxFields {
				g.addAt(n.Pos(), "a struct has %d fields, at most %d", size, maxFields)
			}
		case *ast.InterfaceType:
			if size := methods(n); size > maxMethods {
				g.addAt(n.Pos(), "an interface has %d methods, at most %d", size, maxMethods)
			}
		}
		return true
	})
}

// methods counts the methods of an interface; an embedded one counts as one. Unions of types are no methods.
func methods(i *ast.InterfaceType) int {
	n := 0
	for _, f := range i.Methods.List {
		switch f.Type.(type) {
		case *ast.FuncType, *ast.Ident, *ast.SelectorExpr:
			n++
		}
	}
	return n
}
