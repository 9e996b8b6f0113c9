package script

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

var b64 = base64.RawURLEncoding

// key is the key of a place's computer.
type key struct{ *ecdsa.PrivateKey }

func newKey() key {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // there is no randomness
	}
	return key{k}
}

// jwk returns the public half as a browser exports it.
func (k key) jwk() map[string]string {
	point, err := k.PublicKey.Bytes()
	if err != nil {
		panic(err) // the curve has points
	}
	return map[string]string{"kty": "EC", "crv": "P-256", "x": b64.EncodeToString(point[1:33]), "y": b64.EncodeToString(point[33:])}
}

// sign returns a proof (PROTOCOL.md section 8.1) over some lines.
func (k key) sign(lines string) string {
	sum := sha256.Sum256([]byte("diemcau proof\n" + lines))
	r, s, err := ecdsa.Sign(rand.Reader, k.PrivateKey, sum[:])
	if err != nil {
		panic(err) // there is no randomness
	}
	var out [64]byte
	r.FillBytes(out[:32])
	s.FillBytes(out[32:])
	return b64.EncodeToString(out[:])
}
