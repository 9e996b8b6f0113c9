package access

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"golang.org/x/text/unicode/norm"
)

func TestPasswords(t *testing.T) {
	h := newHasher()
	h.cost = cost{1, 8}
	kept, err := h.hash(t.Context(), password)
	if err != nil || !strings.HasPrefix(kept, "$argon2id$v=19$m=8,t=1,p=1$") {
		t.Fatalf("%q %v", kept, err)
	}
	if again, _ := h.hash(t.Context(), password); again == kept {
		t.Error("two hashes have one salt")
	}
	for typed, want := range map[string]bool{
		password: true, norm.NFD.String(password): true, password + " ": false, strings.ToUpper(password): false, "": false,
	} {
		if got, err := h.check(t.Context(), typed, kept); got != want || err != nil {
			t.Errorf("%q: %v %v", typed, got, err)
		}
	}
	for _, damaged := range []string{
		"", "x", kept[:len(kept)-1], strings.Replace(kept, "argon2id", "argon2i", 1), strings.Replace(kept, "m=8", "m=99999999", 1),
		strings.Replace(kept, "t=1", "t=0", 1), strings.Replace(kept, "v=19", "v=16", 1), strings.Replace(kept, "m=8", "m=0", 1),
	} {
		if got, err := h.check(t.Context(), password, damaged); got || err != nil {
			t.Errorf("%q: %v %v", damaged, got, err)
		}
	}
}

// A flood of tries waits for its turn, a long queue is refused, and who has gone is not waited for.
func TestFewPasswordsAreHashedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHasher()
		h.cost = cost{1, 8}
		for range hashing {
			h.turns <- struct{}{}
		}
		gone, leave := context.WithCancel(t.Context())
		var waiting sync.WaitGroup
		for range maxQueue {
			waiting.Go(func() {
				if _, err := h.hash(gone, password); !errors.Is(err, context.Canceled) {
					t.Errorf("who has gone: %v", err)
				}
			})
		}
		synctest.Wait()
		if _, err := h.hash(t.Context(), password); err == nil || err.Error() != busy.Error() {
			t.Errorf("a longer queue: %v", err)
		}
		leave()
		waiting.Wait()
		<-h.turns
		if _, err := h.hash(t.Context(), password); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

func TestWeakPasswords(t *testing.T) {
	for text, want := range map[string]bool{
		password: false, "k3#Lp9!vQz": false, "con trâu đi trước": false, "quantri-suối-rừng": false,
		"": true, "ngắn": true, "123456789": true, "1234567890": true, "0123456789": true, "aaaaaaaaaaaa": true, "abababababab": true,
		"matkhau12345": true, "Password1234!": true, "admin@2024!!!": true, "qwertyuiop": true, "quan.tri.1": true, "Bríu Thị Nem": true,
		"có\x00ký tự lạ": true, "\xff\xfe không phải chữ": true, strings.Repeat("dài lắm", 60): true, "ăâđêôơưýạạ"[:9]: true,
	} {
		if got := weak(text, "quan.tri", "Bríu Thị Nem"); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func BenchmarkPassword(b *testing.B) {
	h := newHasher()
	b.ReportAllocs()
	for b.Loop() {
		_, _ = h.hash(b.Context(), password)
	}
}
