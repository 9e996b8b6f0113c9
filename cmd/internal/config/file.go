package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxFile is how long a configuration file may be, in bytes.
const maxFile = 64 << 10

// Entry is one key of a file: its values, one unless the key is a list, and its line, from 1.
type Entry struct {
	Values []string
	Line   int
}

// File is a configuration file that was read.
type File struct {
	Name    string
	Entries map[string]Entry
}

// ReadFile reads a YAML file with some of the given keys; a key whose value is true may be a list. The error is a *Problem if
// the file cannot be had, else one sentence that names the file and the line.
func ReadFile(name string, keys map[string]bool) (*File, error) {
	text, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, problem("config", "there is no file %q: give the path of a YAML file", name)
	case err != nil:
		return nil, problem("config", "the file cannot be read (%v): give the path of a YAML file", err)
	case len(text) > maxFile:
		return nil, problem("config", "%q has more than %d bytes and is no configuration: give the path of another file", name, maxFile)
	}
	f := &File{Name: name, Entries: map[string]Entry{}}
	return f, f.parse(text, keys)
}

func (f *File) parse(text []byte, keys map[string]bool) error {
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			return f.fail(syntax.GetToken(), "this is no YAML (%s): write lines of the form key: value", oneLine(syntax.GetMessage()))
		}
		return fmt.Errorf("%s: this is no YAML (%s): write lines of the form key: value", f.Name, oneLine(err.Error()))
	}
	if len(tree.Docs) > 1 && tree.Docs[1].Body != nil {
		return f.fail(tree.Docs[1].Body.GetToken(), "a second document begins here: leave one only")
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return nil
	}
	switch body := tree.Docs[0].Body.(type) {
	case *ast.MappingNode:
		for _, pair := range body.Values {
			if err := f.add(pair, keys); err != nil {
				return err
			}
		}
		return nil
	case *ast.MappingValueNode:
		return f.add(body, keys)
	case *ast.CommentGroupNode, *ast.NullNode:
		return nil
	default:
		return f.fail(body.GetToken(), "this is no key: write lines of the form key: value")
	}
}

// add takes one line.
func (f *File) add(pair *ast.MappingValueNode, keys map[string]bool) error {
	at := pair.Key.GetToken()
	key := at.Value
	list, known := keys[key]
	if !known {
		return f.fail(at, "there is no key %q: %s", oneLine(key), suggestion(key, keys))
	}
	if _, twice := f.Entries[key]; twice {
		return f.fail(at, "%s is here a second time: leave it once", key)
	}
	entry := Entry{Line: at.Position.Line}
	nodes := []ast.Node{pair.Value}
	if sequence, ok := pair.Value.(*ast.SequenceNode); ok && list {
		nodes = sequence.Values
	}
	for _, node := range nodes {
		value, ok := scalar(node)
		if !ok {
			return f.fail(at, "%s needs a text, not %s: write %s: VALUE, in quotes if it has special characters", key, kind(node), key)
		}
		entry.Values = append(entry.Values, value)
	}
	f.Entries[key] = entry
	return nil
}

// scalar is the text of a plain value as it was written: 010 stays 010.
func scalar(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSuffix(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return node.GetToken().Value, true
	}
	return "", false
}

func kind(node ast.Node) string {
	switch node.(type) {
	case *ast.SequenceNode:
		return "a list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "further keys"
	case nil, *ast.NullNode:
		return "nothing"
	}
	return "this"
}

// suggestion names the keys that are closest to a wrong one, or all.
func suggestion(wrong string, keys map[string]bool) string {
	all := slices.Sorted(maps.Keys(keys))
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(s))
	}
	near := slices.MinFunc(all, func(a, b string) int { return distance(plain(a), plain(wrong)) - distance(plain(b), plain(wrong)) })
	if distance(plain(near), plain(wrong)) <= 2 {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "use one of " + strings.Join(all, ", ")
}

// distance counts the letters to insert, drop or change between a and b.
func distance(a, b string) int {
	if len(b) > 64 {
		return len(b)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func (f *File) fail(at *token.Token, format string, args ...any) error {
	line := 1
	if at != nil && at.Position != nil {
		line = at.Position.Line
	}
	return fmt.Errorf("%s:%d: "+format, append([]any{f.Name, line}, args...)...)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
