package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func hashOf(b []byte) string {
	s := sha256.Sum256(b)
	return base64.StdEncoding.EncodeToString(s[:])
}

func TestBundleNamesThePage(t *testing.T) {
	root := tree()
	root["sw.js"] = &fstest.MapFile{Data: []byte("self")}
	root["sw.js.gz"] = &fstest.MapFile{Data: []byte("gz")}
	b, err := NewBundle(root)
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(b.Files[ManifestName], &m); err != nil {
		t.Fatal(err)
	}
	want := []entry{
		{"assets/app-1a2b.js", "text/javascript; charset=utf-8", len("gz:script"), true, hashOf([]byte(script))},
		{"assets/app-5e6f.css", "text/css; charset=utf-8", len("a{}"), false, hashOf([]byte("a{}"))},
		{"assets/icon-3c4d.svg", "image/svg+xml", len("<svg/>"), false, hashOf([]byte("<svg/>"))},
		{"index.html", "text/html; charset=utf-8", len("gz:index"), true, hashOf([]byte(index))},
	}
	if len(m.Files) != len(want) || len(b.Files) != len(want)+1 {
		t.Fatalf("lists %d files of %d, want %d", len(m.Files), len(b.Files), len(want))
	}
	for i, w := range want {
		if m.Files[i] != w {
			t.Errorf("got %+v, want %+v", m.Files[i], w)
		}
		if got := len(b.Files[w.Name]); got != w.Size {
			t.Errorf("%s: %d bytes travel, %d are told", w.Name, got, w.Size)
		}
	}
	for _, name := range []string{"Content-Security-Policy", "Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options"} {
		if m.Headers[name] == "" || m.Headers[name] != get(handler(t, root), "GET", "/").Header().Get(name) {
			t.Errorf("%s: %q", name, m.Headers[name])
		}
	}
	if b.Build != hashOf(b.Files[ManifestName]) {
		t.Errorf("the build is %s", b.Build)
	}
}

func TestBuildFollowsTheFiles(t *testing.T) {
	build := func(change func(fstest.MapFS)) string {
		root := tree()
		change(root)
		b, err := NewBundle(root)
		if err != nil {
			t.Fatal(err)
		}
		return b.Build
	}
	same := build(func(fstest.MapFS) {})
	for name, change := range map[string]func(fstest.MapFS){
		"another content": func(f fstest.MapFS) { f["index.html"].Data = []byte("<!doctype html><title>Điểm cầu</title>") },
		"another name":    func(f fstest.MapFS) { f["assets/b.js"] = f["assets/app-1a2b.js"]; delete(f, "assets/app-1a2b.js") },
		"one more":        func(f fstest.MapFS) { f["assets/b.js"] = &fstest.MapFile{} },
	} {
		if build(change) == same {
			t.Errorf("%s: the same build", name)
		}
	}
	for _, folder := range []string{"office", "present"} {
		if build(func(f fstest.MapFS) { f["assets/"+folder+"/b.js"] = &fstest.MapFile{} }) != same {
			t.Errorf("%s is part of the build", folder)
		}
	}
	if build(func(f fstest.MapFS) { f["sw.js"] = &fstest.MapFile{} }) != same {
		t.Error("the service worker is part of the build")
	}
}

func TestBundleOverHTTP(t *testing.T) {
	b, err := NewBundle(tree())
	if err != nil {
		t.Fatal(err)
	}
	w := get(handler(t, tree()), "GET", "/bundle.json", "Accept-Encoding", "br, gzip")
	if w.Code != 200 || hashOf(w.Body.Bytes()) != b.Build || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-cache" {
		t.Errorf("Cache-Control %q: an old manifest would stay", got)
	}
}

func TestNoBundle(t *testing.T) {
	if _, err := NewBundle(fstest.MapFS{"assets/a.js": {}}); !errors.Is(err, ErrNoPage) {
		t.Errorf("got %v", err)
	}
}

// TestServiceWorker holds the committed worker to its scope, its freshness and its size.
func TestServiceWorker(t *testing.T) {
	w := get(handler(t, FS()), "GET", "/sw.js")
	for name, want := range map[string]string{
		"Service-Worker-Allowed": "/",
		"Cache-Control":          "no-cache", // or a bad one could never be called back
		"Content-Type":           "text/javascript; charset=utf-8",
	} {
		if got := w.Header().Get(name); w.Code != 200 || got != want {
			t.Errorf("%d, %s: %q, want %q", w.Code, name, got, want)
		}
	}
	if got := get(handler(t, FS()), "GET", "/").Header().Get("Service-Worker-Allowed"); got != "" {
		t.Errorf("the page allows workers: %q", got)
	}
	if size := get(handler(t, FS()), "GET", "/sw.js", "Accept-Encoding", "br").Body.Len(); size > 2000 {
		t.Errorf("sw.js has %d bytes compressed", size)
	}
	if strings.Contains(w.Body.String(), "import") || strings.Contains(w.Body.String(), "export") {
		t.Error("sw.js is a module; it is loaded as a script")
	}
}

// TestDistTravelsWhole unpacks the committed page from its bundle as a page does.
func TestDistTravelsWhole(t *testing.T) {
	b, err := NewBundle(FS())
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(b.Files[ManifestName], &m); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{"sw.js": true}
	for _, f := range m.Files {
		listed[f.Name] = true
		content := b.Files[f.Name]
		if f.Gzip {
			z, err := gzip.NewReader(bytes.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			if content, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		if hashOf(content) != f.SHA256 {
			t.Errorf("%s does not have the hash that is told", f.Name)
		}
	}
	err = fs.WalkDir(FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !isTwin(name) && !apart(name) && !listed[name] {
			t.Errorf("%s does not travel", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
