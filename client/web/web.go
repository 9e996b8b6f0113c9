package web

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// ErrNoPage says that a tree holds no index.html: it is not a built page.
var ErrNoPage = errors.New("web: no index.html, build the page with `npm run build` in client/web")

// FS is the built page: index.html, assets with a hash in their names, and a .br and a .gz twin beside those that shrink.
func FS() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path
	}
	return sub
}

// policy is what the page may load: its own files, and sessions to any relay, since a relay may be on another port or host.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' https: wss:; " +
	"worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// presentPolicy is that of the worker that reads PDFs, and of nothing else: what unpacks scanned pages is WebAssembly.
const presentPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

// headers go with every file, whether it comes over HTTP, inside a session, or out of the page's cache.
var headers = map[string]string{
	"Content-Security-Policy": policy,
	"Permissions-Policy":      "microphone=(self), camera=(self), display-capture=(self), geolocation=()",
	"Referrer-Policy":         "no-referrer",
	"X-Content-Type-Options":  "nosniff",
}

// types are the media types of what a build contains; the system's own table differs from machine to machine.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".mjs":  "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".svg":  "image/svg+xml",
	".json": "application/json",
	".wasm": "application/wasm",
}

// encodings in the order of preference, by the suffix of the twin.
var encodings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// body is one form of a file: as it is, or compressed.
type body struct {
	bytes    []byte
	etag     string
	encoding string // "" as it is
}

// file is one file of the page in all its forms, the smallest first.
type file struct {
	mime   string
	bodies []body
}

// site serves a built page from memory.
type site struct {
	files map[string]file // by path without the leading slash
}

// Handler serves the page that root holds, read once, now: index.html (never cached without asking) at the page's own paths (/, /m/CODE, /invite/CODE,
// /setup, /login, /enrol, /practice, /office and all below it), files under /assets/ (their names hold a hash: cached for good), anything else that root holds by its path, the manifest as /bundle.json, 404 otherwise. It
// answers GET and HEAD, and picks the compressed twin that the client accepts. It fails with ErrNoPage if there is no index.html.
func Handler(root fs.FS) (http.Handler, error) {
	s, err := read(root)
	if err != nil {
		return nil, err
	}
	b, err := s.bundle()
	if err != nil {
		return nil, err
	}
	s.files[ManifestName] = file{mime: mediaType(ManifestName), bodies: []body{newBody(b.Files[ManifestName], "")}}
	return s, nil
}

// read takes a built page into memory.
func read(root fs.FS) (*site, error) {
	s := &site{files: make(map[string]file)}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || isTwin(name) {
			return err
		}
		f, err := load(root, name)
		s.files[name] = f
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if _, ok := s.files["index.html"]; !ok {
		return nil, ErrNoPage
	}
	return s, nil
}

func isTwin(name string) bool {
	return strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz")
}

// load reads a file and its compressed twins.
func load(root fs.FS, name string) (file, error) {
	f := file{mime: mediaType(name)}
	for _, e := range encodings {
		if twin, err := fs.ReadFile(root, name+e.suffix); err == nil {
			f.bodies = append(f.bodies, newBody(twin, e.name))
		}
	}
	plain, err := fs.ReadFile(root, name)
	if err != nil {
		return file{}, err
	}
	f.bodies = append(f.bodies, newBody(plain, ""))
	return f, nil
}

func mediaType(name string) string {
	ext := path.Ext(name)
	if t, ok := types[ext]; ok {
		return t
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}

func newBody(b []byte, encoding string) body {
	sum := sha256.Sum256(b)
	return body{bytes: b, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`, encoding: encoding}
}

// ServeHTTP implements http.Handler.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	if governs(fileName(r.URL.Path)) {
		for name, value := range headers {
			h.Set(name, value)
		}
	}
	if strings.HasPrefix(fileName(r.URL.Path), present) {
		h.Set("Content-Security-Policy", presentPolicy)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := fileName(r.URL.Path)
	f, ok := s.files[name]
	if !ok {
		h.Set("Cache-Control", "no-store")
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	if name == workerName {
		h.Set("Service-Worker-Allowed", "/")
	}
	if lasting(name) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	f.serve(w, r)
}

// governs says whether a file's own headers rule what it may do: a document, a worker. The others obey the document that loads them, and every byte of
// a first load counts.
func governs(name string) bool {
	base := path.Base(name)
	return !strings.HasPrefix(name, "assets/") || strings.HasPrefix(base, "worker")
}

// fileName is the file that a path of the address asks for.
func fileName(urlPath string) string {
	name := strings.TrimPrefix(urlPath, "/")
	first, rest, deeper := strings.Cut(name, "/")
	page := false
	switch first {
	case "", "setup", "login", "enrol", "practice":
		page = !deeper
	case "m", "invite": // a code
		page = rest != "" && !strings.Contains(rest, "/")
	case "office":
		page = true
	}
	if page {
		return "index.html"
	}
	return name
}

// serve writes the form of the file that the client accepts, or 304 if the client has it.
func (f file) serve(w http.ResponseWriter, r *http.Request) {
	b := f.choose(r.Header.Values("Accept-Encoding"))
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	h.Set("ETag", b.etag)
	if hasTag(r.Header.Values("If-None-Match"), b.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.mime)
	h.Set("Content-Length", strconv.Itoa(len(b.bytes)))
	if b.encoding != "" {
		h.Set("Content-Encoding", b.encoding)
	}
	w.Write(b.bytes) // an error here means that the client went away
}

func (f file) choose(accept []string) body {
	last := len(f.bodies) - 1
	for _, b := range f.bodies[:last] {
		if accepts(accept, b.encoding) {
			return b
		}
	}
	return f.bodies[last]
}
