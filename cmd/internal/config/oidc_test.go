package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOIDC(t *testing.T) {
	good := OIDC{"https://dang-nhap.tinh.vn/realms/tinh", "diemcau", "/etc/diemcau/oidc"}
	for name, row := range map[string]struct {
		change func(*OIDC)
		key    string // that is blamed, "" for none
	}{
		"all":          {func(*OIDC) {}, ""},
		"none":         {func(o *OIDC) { *o = OIDC{} }, ""},
		"on this host": {func(o *OIDC) { o.OIDCIssuer = "http://127.0.0.1:8081" }, ""},
		"no issuer":    {func(o *OIDC) { o.OIDCIssuer = "" }, "oidc-client-id"},
		"secret alone": {func(o *OIDC) { *o = OIDC{OIDCSecret: "x"} }, "oidc-client-secret-file"},
		"in the open":  {func(o *OIDC) { o.OIDCIssuer = "http://dang-nhap.tinh.vn" }, "oidc-issuer"},
		"no URL":       {func(o *OIDC) { o.OIDCIssuer = "dang-nhap.tinh.vn" }, "oidc-issuer"},
		"a password":   {func(o *OIDC) { o.OIDCIssuer = "https://a:b@dang-nhap.tinh.vn" }, "oidc-issuer"},
		"no name":      {func(o *OIDC) { o.OIDCClientID = "" }, "oidc-client-id"},
		"no secret":    {func(o *OIDC) { o.OIDCSecret = "" }, "oidc-client-secret-file"},
	} {
		o := good
		row.change(&o)
		err := (&Serve{Listen: ":8080", TLS: TLSSelf, LogLevel: "info", OIDC: o}).Check()
		var p *Problem
		if got := errors.As(err, &p); got != (row.key != "") || got && p.Key != row.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOIDCSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	o := OIDC{OIDCSecret: file}
	for _, text := range []string{"", " \n", strings.Repeat("x", maxSecret+1)} {
		if text != "" {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := o.ReadOIDCSecret(); !errors.As(err, new(*Problem)) || strings.Contains(err.Error(), "xxx") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := os.WriteFile(file, []byte("bí mật\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := o.ReadOIDCSecret(); got != "bí mật" || err != nil {
		t.Errorf("%q %v", got, err)
	}
}
