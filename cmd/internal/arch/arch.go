package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Check reads a repository and returns what breaks a rule, each as "file:line: what" or "file: what", and how many Go files it read.
func Check(repository fs.FS) (violations []string, goFiles int, err error) {
	c := &checker{repository: repository}
	if err := c.module(); err != nil {
		return nil, 0, err
	}
	if err := fs.WalkDir(repository, ".", c.visit); err != nil {
		return nil, 0, err
	}
	return c.violations, c.goFiles, nil
}

type checker struct {
	repository fs.FS
	modulePath string
	goFiles    int
	violations []string
}

func (c *checker) add(where, format string, args ...any) {
	c.violations = append(c.violations, where+": "+fmt.Sprintf(format, args...))
}

// module reads the module's path.
func (c *checker) module() error {
	text, err := fs.ReadFile(c.repository, "go.mod")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "module "); ok {
			c.modulePath = strings.TrimSpace(rest)
			return nil
		}
	}
	return fmt.Errorf("arch: go.mod names no module")
}

func (c *checker) visit(name string, entry fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	if name == "." {
		return nil
	}
	if !strings.Contains(name, "/") && !topLevel(name, entry.IsDir()) {
		c.add(name, "does not belong at the top level")
	}
	if entry.IsDir() {
		if slices.Contains(skipped, name) || path.Base(name) == "node_modules" {
			return fs.SkipDir
		}
		return nil
	}
	switch path.Ext(name) {
	case ".go":
		return c.goFile(name)
	case ".ts", ".tsx", ".css":
		return c.length(name)
	}
	return nil
}

// length holds a file to maxFileLines.
func (c *checker) length(name string) error {
	text, err := fs.ReadFile(c.repository, name)
	if err != nil {
		return err
	}
	if n := lines(text); n > maxFileLines {
		c.add(name, "%d lines, at most %d", n, maxFileLines)
	}
	return nil
}

func lines(text []byte) int {
	n := bytes.Count(text, []byte("\n"))
	if len(text) > 0 && text[len(text)-1] != '\n' {
		n++
	}
	return n
}

func (c *checker) goFile(name string) error {
	c.goFiles++
	text, err := fs.ReadFile(c.repository, name)
	if err != nil {
		return err
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return err
	}
	g := &goFile{checker: c, name: name, files: files, file: file, test: strings.HasSuffix(name, "_test.go")}
	if n := lines(text); n > maxFileLines && !ast.IsGenerated(file) {
		c.add(name, "%d lines, at most %d", n, maxFileLines)
	}
	g.imports()
	g.sizes()
	if isLeaf(path.Dir(name)) && !g.test && file.Name.Name != "main" {
		g.leaf()
	}
	return nil
}
