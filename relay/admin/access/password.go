package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Passwords have at least MinPassword characters and at most MaxPassword bytes.
const (
	MinPassword = 10
	MaxPassword = 256
)

const (
	hashing   = 2  // passwords that are hashed at once: each takes 32 MiB
	maxQueue  = 40 // passwords that wait for that: 2 s on a slow machine
	saltBytes = 16
	hashBytes = 32
)

// cost is what one hash takes: passes over so much memory in KiB.
type cost struct{ passes, memory uint32 }

// usual takes about 0.1 s and 32 MiB.
var usual = cost{6, 32 << 10}

// hasher hashes passwords by argon2id, few at once, so that a flood of tries takes neither the memory nor the processor from meetings.
type hasher struct {
	cost    cost
	turns   chan struct{}
	waiting atomic.Int32
}

func newHasher() *hasher { return &hasher{cost: usual, turns: make(chan struct{}, hashing)} }

// hash returns the text that is kept of a password. The error is busy, or that of ctx.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	sum, err := h.sum(ctx, password, salt, h.cost)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, h.cost.memory, h.cost.passes, b64.EncodeToString(salt), b64.EncodeToString(sum)), nil
}

// check says whether this is the password that is kept as text. Where none is kept it takes as long and says no. The error is as of hash.
func (h *hasher) check(ctx context.Context, password, text string) (bool, error) {
	salt, want, c, good := parse(text)
	if !good {
		salt, want, c = make([]byte, saltBytes), make([]byte, hashBytes), h.cost
	}
	sum, err := h.sum(ctx, password, salt, c)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(sum, want) == 1 && good, nil
}

func (h *hasher) sum(ctx context.Context, password string, salt []byte, c cost) ([]byte, error) {
	if h.waiting.Add(1) > maxQueue {
		h.waiting.Add(-1)
		return nil, busy
	}
	defer h.waiting.Add(-1)
	select {
	case h.turns <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.turns }()
	return argon2.IDKey([]byte(plain(password)), salt, c.passes, c.memory, 1, hashBytes), nil
}

// parse reads what hash wrote. What asks for more than a hash of ours ever did is none.
func parse(text string) (salt, sum []byte, c cost, good bool) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return nil, nil, c, false
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &c.memory, &c.passes); n != 2 || err != nil {
		return nil, nil, c, false
	}
	salt, wrongSalt := base64.RawStdEncoding.DecodeString(parts[4])
	sum, wrongSum := base64.RawStdEncoding.DecodeString(parts[5])
	good = wrongSalt == nil && wrongSum == nil && len(salt) >= 8 && len(sum) == hashBytes &&
		c.passes >= 1 && c.passes <= 20 && c.memory >= 8 && c.memory <= 64<<10
	return salt, sum, c, good
}

// plain is what is hashed: keyboards write ễ as one character or as three.
func plain(password string) string { return norm.NFC.String(password) }

// weak says whether a password is too easy to guess for somebody with this login and name.
func weak(password, login, name string) bool {
	text := plain(password)
	lower := strings.ToLower(text)
	letters := map[rune]bool{}
	for _, c := range lower {
		letters[c] = true
	}
	contains := func(part string) bool { return len(part) >= 4 && strings.Contains(lower, strings.ToLower(part)) }
	account, _, _ := strings.Cut(login, "@")
	return utf8.RuneCountInString(text) < MinPassword || len(password) > MaxPassword || !utf8.ValidString(password) ||
		strings.ContainsFunc(text, unicode.IsControl) || len(letters) < 5 ||
		contains(account) && len(text) < len(account)+6 || strings.EqualFold(text, name) ||
		slices.Contains(common, strings.Trim(lower, "!@#.0123456789")) || strings.Contains("01234567890123456789 abcdefghijklmnopqrstuvwxyz qwertyuiopasdfghjkl", lower)
}

// common are the words that, with figures around them, are tried first.
var common = []string{
	"", "password", "passwords", "matkhau", "mật khẩu", "matkhaumoi", "admin", "administrator", "quantri", "quản trị", "diemcau", "điểm cầu", "vietnam", "việt nam", "xinchao", "chutich",
	"qwerty", "qwertyuiop", "abc", "anhyeuem", "iloveyou", "letmein", "welcome", "ubnd", "uyban",
}
