package arch

import (
	"slices"
	"strings"
)

// Limits of size.
const (
	maxFileLines = 500
	maxFuncLines = 80
	maxFields    = 15
	maxMethods   = 4
)

// top are the folders of the top level, and which of them each may import beside itself.
var top = map[string][]string{
	"codec":     {},
	"fec":       {},
	"transport": {"codec", "fec"},
	"relay":     {"codec", "fec", "transport"},
	"client":    {"codec", "fec", "transport"},
	"cmd":       {"codec", "fec", "transport", "relay", "client"},
	"docs":      {},
	"deploy":    {},
	".ci":       {},
}

// topFiles may lie at the top level.
var topFiles = []string{
	"go.mod", "go.sum", "Makefile", "README.md", "PROTOCOL.md", "DESIGN.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE",
	".gitignore", ".gitattributes", ".editorconfig", ".dockerignore",
}

// byproducts of git and make, which .gitignore names.
var byproducts = []string{".git", "bin", "diemcau"}

// skipped folders hold nothing that people write.
var skipped = []string{".git", "bin", "client/web/dist", "client/web/e2e/out"}

func topLevel(name string, folder bool) bool {
	if slices.Contains(byproducts, name) {
		return true
	}
	if folder {
		return top[name] != nil
	}
	return slices.Contains(topFiles, name) || strings.HasSuffix(name, ".test") || strings.HasSuffix(name, ".out")
}

// The leaves do no I/O and have no clock, nor have the packages below them.
var leaves = []string{"codec", "fec", "relay/meeting", "relay/directory", "relay/allocation", "relay/slides"}

func isLeaf(folder string) bool {
	return slices.ContainsFunc(leaves, func(leaf string) bool { return folder == leaf || strings.HasPrefix(folder, leaf+"/") })
}

// leafImports are packages that a leaf does not import, with all below them.
var leafImports = []string{"os", "net", "syscall", "log", "database", "runtime", "crypto/rand", "golang.org/x/net", "golang.org/x/sys"}

// leafTime are the names of package time that are clocks.
var leafTime = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"}

// common are the packages below relay that the others there, and relay itself, may import, with what lies below them.
var common = []string{"relay/meeting", "relay/directory", "relay/allocation", "relay/slides"}

// beneath names the folders of another top level that the common packages may import.
var beneath = map[string][]string{"relay/allocation": {"codec"}, "relay/slides": {"codec"}}

func isCommon(folder string) bool {
	return slices.ContainsFunc(common, func(c string) bool { return folder == c || strings.HasPrefix(folder, c+"/") })
}

// importRule says why a package of a folder may not import one of another folder of the repository; "" means that it may.
// Tests may import packages below their own: helpers and models live there.
func importRule(from, to string, test bool) string {
	fromTop, _, _ := strings.Cut(from, "/")
	toTop, _, _ := strings.Cut(to, "/")
	switch {
	case from == to || isCommon(to) && fromTop == "relay" && (test || !isCommon(from) || !strings.HasPrefix(to, from+"/")):
		return ""
	case isCommon(from) && !test && !slices.Contains(beneath[from], to):
		return from + " is a leaf"
	case fromTop != toTop && !slices.Contains(top[fromTop], toTop):
		return fromTop + " does not import " + toTop
	case strings.HasPrefix(to, from+"/") && !test && fromTop != "cmd":
		return "a package does not import those below it"
	case fromTop == "relay" && toTop == "relay" && below(from) != "" && below(to) != "" && below(from) != below(to):
		return "the packages below relay do not import each other"
	}
	return ""
}

// below returns the second folder of a path, "" if it has but one.
func below(folder string) string {
	_, rest, _ := strings.Cut(folder, "/")
	second, _, _ := strings.Cut(rest, "/")
	return second
}
