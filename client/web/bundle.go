package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// ManifestName is the file that names all files of the page, PROTOCOL.md section 9.
const ManifestName = "bundle.json"

// workerName is the service worker. Browsers fetch it themselves, by HTTP, and never from the page's cache: it is no part of a bundle.
const workerName = "sw.js"

// Bundle is the page as it travels inside a session.
type Bundle struct {
	Build string            // names the page: base64 SHA-256 of the manifest
	Files map[string][]byte // the manifest by ManifestName, and what it lists, in the form that travels
}

// manifest lists a page's files, and the headers with which all of them are served.
type manifest struct {
	Files   []entry           `json:"files"`
	Headers map[string]string `json:"headers"`
}

// entry is one file. Its hash is that of the file itself, its size that of what travels.
type entry struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int    `json:"size"`
	Gzip   bool   `json:"gzip,omitempty"`
	SHA256 string `json:"sha256"`
}

// NewBundle makes the bundle of a built page. The same tree makes the same bundle. It fails with ErrNoPage if there is no index.html.
func NewBundle(root fs.FS) (Bundle, error) {
	s, err := read(root)
	if err != nil {
		return Bundle{}, err
	}
	return s.bundle()
}

func (s *site) bundle() (Bundle, error) {
	b := Bundle{Files: map[string][]byte{}}
	m := manifest{Headers: headers}
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		if name != "index.html" && !lasting(name) || apart(name) {
			continue
		}
		f := s.files[name]
		travels := f.travelling()
		b.Files[name] = travels.bytes
		m.Files = append(m.Files, entry{
			Name: name, Type: f.mime, Size: len(travels.bytes), Gzip: travels.encoding != "", SHA256: sum(f.bodies[len(f.bodies)-1].bytes),
		})
	}
	text, err := json.Marshal(m)
	b.Files[ManifestName], b.Build = text, sum(text)
	return b, err
}

// travelling is the form that a page can unpack by itself: browsers have no Brotli for scripts.
func (f file) travelling() body {
	i := slices.IndexFunc(f.bodies, func(b body) bool { return b.encoding == "gzip" || b.encoding == "" })
	return f.bodies[i]
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return base64.StdEncoding.EncodeToString(s[:])
}

// apart says whether a file belongs to what no meeting loads, or only who presents: it comes over HTTP when it is asked for, and travels in no session.
func apart(name string) bool {
	return strings.HasPrefix(name, "assets/office/") || strings.HasPrefix(name, present)
}

// present is the folder of what reads PDFs.
const present = "assets/present/"

// lasting says whether a file's name changes with its content.
func lasting(name string) bool { return strings.HasPrefix(name, "assets/") }
