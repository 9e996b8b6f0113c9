package relay

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"aidanwoods.dev/go-paseto"
)

// SeedSize is the length of the seed of a relay's signing key, in bytes.
const SeedSize = ed25519.SeedSize

// tokenLife is how long a token is believed at all; the seat itself is kept only 10 minutes after it was last seen.
const tokenLife = 24 * time.Hour

// tokenSlack is how much the clock of the relay that reads a token may be behind the one that wrote it.
const tokenSlack = time.Minute

var errToken = errors.New("relay: token is not valid")

// tokens makes and reads session tokens: PASETO v4.public, signed by the cluster's key. A token names a meeting and a seat, and is all that
// a returning participant needs.
type tokens struct {
	secret paseto.V4AsymmetricSecretKey
	public paseto.V4AsymmetricPublicKey
}

func newTokens(seed []byte) (tokens, error) {
	if len(seed) != SeedSize {
		return tokens{}, fmt.Errorf("relay: the signing key's seed has %d bytes, it needs %d", len(seed), SeedSize)
	}
	secret, err := paseto.NewV4AsymmetricSecretKeyFromSeed(hex.EncodeToString(seed))
	if err != nil {
		return tokens{}, fmt.Errorf("relay: signing key: %w", err)
	}
	return tokens{secret, secret.Public()}, nil
}

func (t tokens) issue(meeting, seat string, now time.Time) string {
	token := paseto.NewToken()
	token.SetIssuedAt(now.Add(-tokenSlack))
	token.SetNotBefore(now.Add(-tokenSlack))
	token.SetExpiration(now.Add(tokenLife))
	token.SetString("m", meeting)
	token.SetString("s", seat)
	return token.V4Sign(t.secret, nil)
}

// seat returns the seat that a token names, if it is genuine, not expired, and for this meeting.
func (t tokens) seat(token, meeting string, now time.Time) (string, error) {
	parser := paseto.MakeParser([]paseto.Rule{paseto.ValidAt(now)})
	parsed, err := parser.ParseV4Public(t.public, token, nil)
	if err != nil {
		return "", errToken
	}
	m, err := parsed.GetString("m")
	if err != nil || m != meeting {
		return "", errToken
	}
	seat, err := parsed.GetString("s")
	if err != nil || seat == "" {
		return "", errToken
	}
	return seat, nil
}
