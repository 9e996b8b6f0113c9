package bot

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// maxFileName is how many bytes of a speaker's name go into the name of a file.
const maxFileName = 100

// Files creates the files of a recording, heard-NAME.ogg for heard.ogg. Equal names get -2, -3 and so on; a file of an
// earlier recording is replaced.
type Files struct {
	pattern string
	used    map[string]int
}

// NewFiles makes the namer for a path like heard.ogg. The error says why nothing can be written there.
func NewFiles(pattern string) (*Files, error) {
	probe, err := os.CreateTemp(filepath.Dir(pattern), ".diemcau-*")
	if err != nil {
		return nil, err
	}
	_ = probe.Close()
	if err := os.Remove(probe.Name()); err != nil {
		return nil, err
	}
	return &Files{pattern: pattern, used: map[string]int{}}, nil
}

// Create opens the file of a speaker.
func (f *Files) Create(name string) (io.WriteCloser, error) { return os.Create(f.path(name)) }

func (f *Files) path(name string) string {
	name = fileName(name)
	key := strings.ToLower(name) // some file systems see no difference
	if f.used[key]++; f.used[key] > 1 {
		return f.path(fmt.Sprintf("%s-%d", name, f.used[key]))
	}
	ext := filepath.Ext(f.pattern)
	return strings.TrimSuffix(f.pattern, ext) + "-" + name + ext
}

// fileName keeps of a person's name what every file system takes.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '.' || r == '_' || r == '-':
			return r
		case unicode.IsSpace(r):
			return '-'
		}
		return '_'
	}, strings.TrimSpace(name))
	for len(name) > maxFileName {
		r := []rune(name)
		name = string(r[:len(r)-1])
	}
	if strings.Trim(name, "._-") == "" {
		return "unnamed"
	}
	return name
}
