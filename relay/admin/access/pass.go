package access

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"aidanwoods.dev/go-paseto"

	"github.com/diemcau/diemcau/relay/meeting"
)

// MaxPass is the length of a pass that is looked at at all, in bytes; those that are issued have less than 600.
const MaxPass = 1024

// passDomain is the implicit assertion of passes: the key that signs them signs tokens of seats and sites too, and none passes for another.
var passDomain = []byte("diemcau pass")

// claims is what a pass says. Empty ones are left out.
type claims struct {
	Account    string       // a
	Site       string       // t: id in the directory
	Generation int          // g: of the account or the site
	Role       meeting.Role // r: of an invitation
	Meeting    string       // m: the code of the only meeting that it is for
	Name       string       // n: of a guest
	Key        string       // k: thumbprint of the key that has to prove it
	Until      int64        // e: Unix s, 0 for ever
}

// signer signs passes and reads them.
type signer struct {
	secret  paseto.V4AsymmetricSecretKey
	public  paseto.V4AsymmetricPublicKey
	cluster []byte // tells passes of this cluster from those of others
}

func newSigner(seed []byte) (signer, error) {
	secret, err := paseto.NewV4AsymmetricSecretKeyFromSeed(hex.EncodeToString(seed))
	if err != nil {
		return signer{}, fmt.Errorf("access: signing key: %w", err)
	}
	sum := sha256.Sum256(secret.Public().ExportBytes())
	return signer{secret, secret.Public(), sum[:8]}, nil
}

func (s signer) issue(c claims) string {
	token := paseto.NewToken()
	for name, text := range map[string]string{
		"a": c.Account, "t": c.Site, "r": string(c.Role), "m": c.Meeting, "n": c.Name, "k": c.Key,
	} {
		if text != "" {
			token.SetString(name, text)
		}
	}
	if c.Generation != 0 {
		_ = token.Set("g", c.Generation) // a number always becomes JSON
	}
	if c.Until != 0 {
		_ = token.Set("e", c.Until)
	}
	token.SetFooter(s.cluster)
	return token.V4Sign(s.secret, passDomain)
}

// read returns what a genuine pass says. The error is ErrPass, ErrPassElsewhere, or ErrPassRevoked for one that has expired.
func (s signer) read(text string, now time.Time) (c claims, err error) {
	if len(text) > MaxPass {
		return c, ErrPass
	}
	parser := paseto.NewParserWithoutExpiryCheck()
	footer, err := parser.UnsafeParseFooter(paseto.V4Public, text)
	switch {
	case err != nil || len(footer) != len(s.cluster):
		return c, ErrPass
	case !bytes.Equal(footer, s.cluster):
		return c, ErrPassElsewhere
	}
	token, err := parser.ParseV4Public(s.public, text, passDomain)
	if err != nil {
		return c, ErrPass
	}
	// what is not there stays empty
	_ = token.Get("a", &c.Account)
	_ = token.Get("t", &c.Site)
	_ = token.Get("g", &c.Generation)
	_ = token.Get("r", &c.Role)
	_ = token.Get("m", &c.Meeting)
	_ = token.Get("n", &c.Name)
	_ = token.Get("k", &c.Key)
	_ = token.Get("e", &c.Until)
	if c.Until != 0 && now.Unix() >= c.Until {
		return c, ErrPassRevoked
	}
	return c, nil
}
