package access

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
)

var b64 = base64.RawURLEncoding

// coordinate is the length of each half of a P-256 key or signature, in bytes.
const coordinate = 32

// jwk is a public key as a browser exports it (RFC 7517): ECDSA on P-256, all else of it passed over.
type jwk struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Y   string `json:"y"`
}

// public returns the key, if it is one.
func (k jwk) public() (*ecdsa.PublicKey, bool) {
	x, wrongX := b64.DecodeString(k.X)
	y, wrongY := b64.DecodeString(k.Y)
	if k.Kty != "EC" || k.Crv != "P-256" || wrongX != nil || wrongY != nil || len(x) != coordinate || len(y) != coordinate {
		return nil, false
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...)) // looks whether it is on the curve
	return key, err == nil
}

// thumbprint is that of RFC 7638.
func (k jwk) thumbprint() string {
	sum := sha256.Sum256(fmt.Appendf(nil, `{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}`, k.X, k.Y))
	return b64.EncodeToString(sum[:])
}

// signed says whether a proof, base64url of r‖s, is a signature of the text by this key.
func (k jwk) signed(proof, text string) bool {
	key, good := k.public()
	sig, err := b64.DecodeString(proof)
	if !good || err != nil || len(sig) != 2*coordinate {
		return false
	}
	sum := sha256.Sum256([]byte(text))
	return ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(sig[:coordinate]), new(big.Int).SetBytes(sig[coordinate:]))
}

// What proofs are over: in the hello of a session, and in the headers of a request.
func helloText(code, line string) string { return "diemcau proof\n" + code + "\n" + line }

func requestText(method, path, nonce string) string {
	return "diemcau proof\n" + method + " " + path + "\n" + nonce
}
