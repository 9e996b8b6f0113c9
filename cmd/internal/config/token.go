package config

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
)

// Limits of a token file, in bytes.
const (
	maxTokenFile = 8 << 10
	maxToken     = 1 << 10
)

// ReadToken returns the site's token that a file holds: the one line that is neither empty nor a comment, which begins with #. What
// editors add, a byte order mark or carriage returns, does no harm. The error is a *Problem that does not show the token.
func ReadToken(path string) (string, error) {
	text, err := readToken(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", problem("token", "không có tệp %q, hãy ghi đúng đường dẫn tới tệp thẻ / there is no file %[1]q: give the path of the token file", path)
	case err != nil:
		return "", problem("token", "không đọc được tệp thẻ, hãy cho người dùng này quyền đọc / the token file cannot be read (%v): make it readable for this user", err)
	case len(text) > maxTokenFile:
		return "", notToken(path)
	}
	token := ""
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case token != "":
			return "", problem("token", "thẻ trong %q bị ngắt thành nhiều dòng, hãy chép lại nguyên tệp / the token in %[1]q is broken into lines: copy the file again as it was", path)
		default:
			token = line
		}
	}
	switch {
	case token == "":
		return "", problem("token", "tệp %q không có thẻ, hãy chép lại nguyên tệp / %[1]q holds no token: copy the file again as it was", path)
	case len(token) > maxToken || !strings.HasPrefix(token, "v4.public.") || strings.ContainsFunc(token, notInToken):
		return "", notToken(path)
	}
	return token, nil
}

func readToken(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", cause(err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxTokenFile+1))
	return string(text), cause(err)
}

// cause drops the path from an error: a sentence names it, or need not.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

func notToken(path string) error {
	return problem("token", "tệp %q không phải là tệp thẻ, hãy dùng tệp mà diemcau site-token new đã ghi / %[1]q is no token file: use the one that diemcau site-token new wrote", path)
}

// notInToken says whether a character is neither of base64url nor the dot between its parts.
func notInToken(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
}

// Exposed says whether every user of this computer can read a file, which deserves a warning.
func Exposed(path string) bool {
	info, err := os.Stat(path)
	return err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o004 != 0
}
