package config

import (
	"net/url"
	"os"
	"strings"
)

// maxSecret is the length of a client secret that is read, in bytes.
const maxSecret = 4096

// OIDC are the keys by which people sign in with their organisation's accounts.
type OIDC struct {
	OIDCIssuer   string `name:"oidc-issuer" env:"DIEMCAU_OIDC_ISSUER" placeholder:"URL" help:"Let people sign in with accounts of this OpenID Connect provider as well. An account here has their e-mail address as its login."`
	OIDCClientID string `name:"oidc-client-id" env:"DIEMCAU_OIDC_CLIENT_ID" placeholder:"ID" help:"With --oidc-issuer: the name of this server there. The address to register there is https://HOST/api/oidc/back."`
	OIDCSecret   string `name:"oidc-client-secret-file" env:"DIEMCAU_OIDC_CLIENT_SECRET_FILE" placeholder:"FILE" help:"With --oidc-issuer: a file that holds the secret which the provider gave for that name."`
}

// check says whether the keys make sense together, without reading the file.
func (o *OIDC) check() error {
	if o.OIDCIssuer == "" {
		for _, used := range [][2]string{{"oidc-client-id", o.OIDCClientID}, {"oidc-client-secret-file", o.OIDCSecret}} {
			if used[1] != "" {
				return problem(used[0], "this is used with --oidc-issuer only: add --oidc-issuer URL, or leave --%s out", used[0])
			}
		}
		return nil
	}
	u, err := url.Parse(o.OIDCIssuer)
	plain := err == nil && u.Scheme == "http" && isLoopback(u.Hostname())
	switch {
	case err != nil || u.Scheme != "https" && !plain || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return problem("oidc-issuer", "%q is no address of a provider: write https://HOST or https://HOST/PATH as the provider calls itself", o.OIDCIssuer)
	case o.OIDCClientID == "":
		return problem("oidc-client-id", "the provider needs to know who asks: add --oidc-client-id with the name that it has for this server")
	case o.OIDCSecret == "":
		return problem("oidc-client-secret-file", "the provider needs a secret: write the one that it gave into a file, and add --oidc-client-secret-file FILE")
	}
	return nil
}

// ReadOIDCSecret reads the secret from its file. The error is a *Problem that does not show the secret.
func (o *OIDC) ReadOIDCSecret() (string, error) {
	text, err := os.ReadFile(o.OIDCSecret)
	if err != nil {
		return "", problem("oidc-client-secret-file", "the file %s cannot be read: name the file with the secret that the provider gave", o.OIDCSecret)
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" || len(secret) > maxSecret {
		return "", problem("oidc-client-secret-file", "the file %s holds no secret: write the one that the provider gave into it", o.OIDCSecret)
	}
	return secret, nil
}
