package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

const index, script = "<!doctype html><title>Điểm Cầu</title>", "console.log('xin chào')"

// tree is a small built page; the twins need not be real compressions to be told apart.
func tree() fstest.MapFS {
	return fstest.MapFS{
		"index.html":            {Data: []byte(index)},
		"index.html.br":         {Data: []byte("br:index")},
		"index.html.gz":         {Data: []byte("gz:index")},
		"assets/app-1a2b.js":    {Data: []byte(script)},
		"assets/app-1a2b.js.gz": {Data: []byte("gz:script")},
		"assets/icon-3c4d.svg":  {Data: []byte("<svg/>")},
		"assets/app-5e6f.css":   {Data: []byte("a{}")},

		"assets/office/main-1a2b.js": {Data: []byte("office")},
	}
}

func handler(t *testing.T, root fs.FS) http.Handler {
	t.Helper()
	h, err := Handler(root)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPaths(t *testing.T) {
	h := handler(t, tree())
	for path, want := range map[string]struct {
		status      int
		body, mime  string
		cacheForAll bool
	}{
		"/":                            {200, index, "text/html; charset=utf-8", false},
		"/index.html":                  {200, index, "text/html; charset=utf-8", false},
		"/m/abc-def-ghj":               {200, index, "text/html; charset=utf-8", false},
		"/m/abc-def-ghj?name=X&join=1": {200, index, "text/html; charset=utf-8", false},
		"/assets/app-1a2b.js":          {200, script, "text/javascript; charset=utf-8", true},
		"/assets/app-5e6f.css":         {200, "a{}", "text/css; charset=utf-8", true},
		"/assets/icon-3c4d.svg":        {200, "<svg/>", "image/svg+xml", true},
		"/assets/app-1a2b.js.gz":       {404, "not found\n", "text/plain; charset=utf-8", false},
		"/assets/":                     {404, "not found\n", "text/plain; charset=utf-8", false},
		"/setup":                       {200, index, "text/html; charset=utf-8", false},
		"/login":                       {200, index, "text/html; charset=utf-8", false},
		"/enrol":                       {200, index, "text/html; charset=utf-8", false},
		"/practice":                    {200, index, "text/html; charset=utf-8", false},
		"/office":                      {200, index, "text/html; charset=utf-8", false},
		"/office/":                     {200, index, "text/html; charset=utf-8", false},
		"/office/meetings/a/minutes":   {200, index, "text/html; charset=utf-8", false},
		"/invite/abc-def-ghj?unit=3":   {200, index, "text/html; charset=utf-8", false},
		"/assets/office/main-1a2b.js":  {200, "office", "text/javascript; charset=utf-8", true},
		"/invite":                      {404, "not found\n", "text/plain; charset=utf-8", false},
		"/login/x":                     {404, "not found\n", "text/plain; charset=utf-8", false},
		"/officer":                     {404, "not found\n", "text/plain; charset=utf-8", false},
		"//":                           {404, "not found\n", "text/plain; charset=utf-8", false},
		"/m":                           {404, "not found\n", "text/plain; charset=utf-8", false},
		"/m/":                          {404, "not found\n", "text/plain; charset=utf-8", false},
		"/m/abc/def":                   {404, "not found\n", "text/plain; charset=utf-8", false},
		"/../web.go":                   {404, "not found\n", "text/plain; charset=utf-8", false},
		"/favicon.ico":                 {404, "not found\n", "text/plain; charset=utf-8", false},
	} {
		t.Run(path, func(t *testing.T) {
			w := get(h, "GET", path)
			if w.Code != want.status || w.Body.String() != want.body {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body, want.status, want.body)
			}
			if got := w.Header().Get("Content-Type"); got != want.mime {
				t.Errorf("Content-Type %q, want %q", got, want.mime)
			}
			if got := strings.Contains(w.Header().Get("Cache-Control"), "immutable"); got != want.cacheForAll {
				t.Errorf("Cache-Control %q", w.Header().Get("Cache-Control"))
			}
			if got := w.Header().Get("X-Content-Type-Options"); got != "nosniff" {
				t.Errorf("X-Content-Type-Options %q", got)
			}
		})
	}
}

func TestSecurityHeaders(t *testing.T) {
	w := get(handler(t, tree()), "GET", "/")
	for name, want := range map[string]string{
		"Cache-Control":           "no-cache",
		"Content-Security-Policy": policy,
		"Permissions-Policy":      "microphone=(self), camera=(self), display-capture=(self), geolocation=()",
		"Referrer-Policy":         "no-referrer",
		"X-Content-Type-Options":  "nosniff",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "worker-src 'self'", "frame-ancestors 'none'", "connect-src 'self' https:"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy lacks %q", want)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Error("policy allows something unsafe")
	}
}

func TestEncoding(t *testing.T) {
	h := handler(t, tree())
	for _, c := range []struct{ path, accept, encoding, body string }{
		{"/", "gzip, deflate, br, zstd", "br", "br:index"},
		{"/", "br;q=0, gzip", "gzip", "gz:index"},
		{"/", "gzip;q=0.5", "gzip", "gz:index"},
		{"/", "*", "br", "br:index"},
		{"/", "*;q=0", "", index},
		{"/", "br;q=nonsense", "", index},
		{"/", "identity", "", index},
		{"/", "", "", index},
		{"/", "brotli", "", index},
		{"/assets/app-1a2b.js", "br, gzip", "gzip", "gz:script"},
		{"/assets/icon-3c4d.svg", "br, gzip", "", "<svg/>"},
	} {
		w := get(h, "GET", c.path, "Accept-Encoding", c.accept)
		if got := w.Header().Get("Content-Encoding"); got != c.encoding || w.Body.String() != c.body {
			t.Errorf("%s with %q: %q %q, want %q %q", c.path, c.accept, got, w.Body, c.encoding, c.body)
		}
		if got := w.Header().Get("Vary"); got != "Accept-Encoding" {
			t.Errorf("Vary %q", got)
		}
	}
}

func TestNotModified(t *testing.T) {
	h := handler(t, tree())
	etag := get(h, "GET", "/").Header().Get("ETag")
	if br := get(h, "GET", "/", "Accept-Encoding", "br").Header().Get("ETag"); br == etag || etag == "" {
		t.Fatalf("two forms share the tag %q", etag)
	}
	for _, c := range []struct {
		tag  string
		want int
	}{{etag, 304}, {`"other", W/` + etag, 304}, {"*", 304}, {`"other"`, 200}} {
		w := get(h, "GET", "/", "If-None-Match", c.tag)
		if w.Code != c.want || (w.Body.Len() == 0) != (c.want == 304) {
			t.Errorf("If-None-Match %s: %d, %d bytes", c.tag, w.Code, w.Body.Len())
		}
	}
}

func TestMethods(t *testing.T) {
	s := httptest.NewServer(handler(t, tree()))
	defer s.Close()
	res, err := http.Head(s.URL + "/assets/app-1a2b.js")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, _ := io.ReadAll(res.Body); res.StatusCode != 200 || len(b) != 0 || res.ContentLength <= 0 {
		t.Errorf("HEAD: %d, %d bytes, length %d", res.StatusCode, len(b), res.ContentLength)
	}
	if w := get(handler(t, tree()), "POST", "/"); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestNoPage(t *testing.T) {
	if _, err := Handler(fstest.MapFS{"assets/a.js": {}}); !errors.Is(err, ErrNoPage) {
		t.Errorf("got %v", err)
	}
}

// TestDist holds the committed build to what the handler and the budget expect of it.
func TestDist(t *testing.T) {
	h := handler(t, FS())
	page := get(h, "GET", "/").Body.String()
	links := regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(links) < 2 {
		t.Fatalf("index.html names %d files, want at least a script and a style sheet", len(links))
	}
	for _, l := range links {
		if w := get(h, "GET", l[1]); w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d, %q", l[1], w.Code, w.Header().Get("Cache-Control"))
		}
	}
	weights := map[string]int{}
	err := fs.WalkDir(FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || isTwin(name) {
			return err
		}
		if strings.HasSuffix(name, ".map") {
			t.Errorf("%s: a source map in the build", name)
		}
		path := "/" + name
		weights[partOf(name)] += get(h, "GET", path, "Accept-Encoding", "br").Body.Len()
		return sameContent(t, h, path)
	})
	if err != nil {
		t.Fatal(err)
	}
	for part, budget := range map[string]int{"first": 58_000, "later": 90_000, "office": 100_000, "present": 550_000} {
		if weights[part] > budget {
			t.Errorf("what comes in part %q weighs %d bytes compressed, at most %d are allowed", part, weights[part], budget)
		}
	}
}

// first are the files without which there is no sound.
var first = regexp.MustCompile(`^(index\.html|sw\.js|assets/(index|worker|icons|[a-z]+\.worklet)-[^/]*)$`)

// partOf says when a file comes: before the first sound, later and only where it is wanted, with a document that is presented, or in the office alone.
func partOf(name string) string {
	switch {
	case strings.HasPrefix(name, present):
		return "present"
	case apart(name):
		return "office"
	case first.MatchString(name):
		return "first"
	}
	return "later"
}

// What reads PDFs may compile what unpacks scanned pages, and its worker may load nothing from elsewhere; no other file may.
func TestPolicyOfPresenting(t *testing.T) {
	root := tree()
	for _, name := range []string{"assets/present/pdf.worker.min-1a.mjs", "assets/worker-1a.js"} {
		root[name] = &fstest.MapFile{Data: []byte("self")}
	}
	h := handler(t, root)
	w := get(h, "GET", "/assets/present/pdf.worker.min-1a.mjs")
	if got := w.Header().Get("Content-Security-Policy"); got != presentPolicy || w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("%q, %q", got, w.Header().Get("Content-Type"))
	}
	for _, path := range []string{"/", "/assets/worker-1a.js"} {
		if got := get(h, "GET", path).Header().Get("Content-Security-Policy"); got != policy {
			t.Errorf("%s: %q", path, got)
		}
	}
}

// sameContent checks that the gzip twin of a file was made of this file.
func sameContent(t *testing.T, h http.Handler, path string) error {
	w := get(h, "GET", path, "Accept-Encoding", "gzip")
	if w.Header().Get("Content-Encoding") != "gzip" {
		return nil
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		return err
	}
	got, err := io.ReadAll(z)
	if !bytes.Equal(got, get(h, "GET", path).Body.Bytes()) {
		t.Errorf("%s.gz is not a compressed %s", path, path)
	}
	return err
}
