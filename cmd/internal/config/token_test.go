package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadToken(t *testing.T) {
	const token = "v4.public.eyJnIjoxfQ-_.E545QOZLVJE"
	file := filepath.Join(t.TempDir(), "token")
	for name, c := range map[string]struct{ text, says string }{
		"as written":             {token + "\n# Xã Ga Ry\n#\n", ""},
		"alone":                  {token, ""},
		"comments first":         {"# Xã Ga Ry\n\n" + token + "\n", ""},
		"by an editor":           {"\ufeff" + token + "\r\n# Xã Ga Ry\r\n", ""},
		"with spaces":            {"  " + token + "\t\n\n", ""},
		"empty":                  {"", "holds no token"},
		"comments only":          {"# Xã Ga Ry\n\n", "holds no token"},
		"in lines":               {token[:20] + "\n" + token[20:] + "\n", "is broken into lines"},
		"two":                    {token + "\n" + token + "\n", "is broken into lines"},
		"something else":         {"-----BEGIN CERTIFICATE-----\n", "is no token file"},
		"a sentence":             {token + " and more\n", "is no token file"},
		"another kind":           {"v4.local.abc\n", "is no token file"},
		"in UTF-16":              {"v\x004\x00.\x00", "is no token file"},
		"a long token":           {token + strings.Repeat("A", maxToken) + "\n", "is no token file"},
		"a long file":            {token + "\n" + strings.Repeat("#\n", maxTokenFile), "is no token file"},
		"a long file of nothing": {strings.Repeat("\n", 1<<20), "is no token file"},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := ReadToken(file)
		if c.says == "" {
			if got != token || err != nil {
				t.Errorf("%s: %q, %v", name, got, err)
			}
			continue
		}
		wantTokenProblem(t, name, got, err, c.says)
		if strings.Contains(err.Error(), "v4") {
			t.Errorf("%s: the token is shown: %v", name, err)
		}
	}
	got, err := ReadToken(file + "s")
	wantTokenProblem(t, "missing", got, err, "there is no file")
	got, err = ReadToken(filepath.Dir(file))
	wantTokenProblem(t, "a folder", got, err, "cannot be read (is a directory)")
}

func wantTokenProblem(t *testing.T, name, got string, err error, says string) {
	t.Helper()
	var p *Problem
	if got != "" || !errors.As(err, &p) || p.Key != "token" || !strings.Contains(p.Text, " / ") || !strings.Contains(p.Text, says) || strings.Contains(p.Text, "\n") {
		t.Errorf("%s: %q, %v, want %s", name, got, err, says)
	}
}

func TestExposed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[os.FileMode]bool{0o600: false, 0o640: false, 0o644: true, 0o604: true} {
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		if Exposed(file) != want {
			t.Errorf("%o: %v", mode, !want)
		}
	}
	if Exposed(file + "s") {
		t.Error("a file that is not there")
	}
}
