package office

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/meeting"
)

const (
	maxDocument = 20 << 20         // bytes
	maxUploads  = 4                // at once, of the whole server
	maxSent     = 60               // of a meeting in an hour: what is uploaded stays
	onTheWay    = 15 * time.Minute // a large document over a thin line
)

// fileName is under which name Files keeps a document: that of one meeting is nobody's in another.
func fileName(code, hash string) string { return "document." + code + "." + hash }

// upload keeps a document and answers how a plan lists it.
func (o *office) upload(w http.ResponseWriter, r *http.Request, code string, by meeting.By) error {
	name, err := meeting.ParseTitle(path.Base(strings.ReplaceAll(r.URL.Query().Get("name"), `\`, "/")))
	if err != nil || strings.Trim(name, "./") == "" {
		return fileNamed
	}
	if r.ContentLength > maxDocument {
		return fileTooLarge
	}
	select {
	case o.files <- struct{}{}:
		defer func() { <-o.files }()
	default:
		return busy
	}
	if o.sent.Over(w, r, code) {
		return admin.TooMany
	}
	slow(w)
	content, hash, size, err := spool(http.MaxBytesReader(w, r.Body, maxDocument))
	if err != nil {
		return err
	}
	defer content.Close()
	if err := o.Files.Put(r.Context(), fileName(code, hash), content, maxDocument); err != nil {
		return err
	}
	o.Log.Info("a document was uploaded", "by", by.Actor(), "bytes", size)
	admin.WriteJSON(w, http.StatusCreated, meeting.Document{Name: name, Size: size, Hash: hash})
	return nil
}

// spool keeps a body in a file without a name until its hash is known. The caller closes it.
func spool(body io.Reader) (content *os.File, hash string, size int64, err error) {
	content, err = os.CreateTemp("", "diemcau-document-*")
	if err != nil {
		return nil, "", 0, err
	}
	defer func() {
		if err != nil {
			_ = content.Close()
		}
	}()
	defer os.Remove(content.Name()) // it lives on until it is closed
	sum := sha256.New()
	size, err = io.Copy(io.MultiWriter(content, sum), body)
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		return content, "", 0, fileTooLarge
	case err != nil || size == 0:
		return content, "", 0, fileEmpty
	}
	_, err = content.Seek(0, io.SeekStart)
	return content, hex.EncodeToString(sum.Sum(nil)), size, err
}

// download answers a document to those of the meeting. A browser may neither show it nor guess what it is: it comes from strangers, at the
// server's own origin.
func (o *office) download(w http.ResponseWriter, r *http.Request) error {
	code, err := meeting.ParseCode(r.PathValue("code"))
	if err != nil {
		return admin.CodeMalformed
	}
	hash := r.PathValue("hash")
	document, err := o.document(w, r, code, hash)
	if err != nil {
		return err
	}
	content, err := o.Files.Get(r.Context(), fileName(code, hash))
	if err != nil {
		o.Log.Warn("a document cannot be read", "error", err)
		return fileUnknown
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": document.Name}))
	h.Set("Content-Length", strconv.FormatInt(document.Size, 10))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, max-age=86400") // under its hash it never changes
	slow(w)
	if n, err := io.Copy(w, content); err != nil || n != document.Size {
		panic(http.ErrAbortHandler) // half a document must not look like one
	}
	return nil
}

// document finds a document that the plan of a meeting lists, for an officer, an administrator, an invited site or who has a pass for it.
func (o *office) document(w http.ResponseWriter, r *http.Request, code, hash string) (meeting.Document, error) {
	by, err := o.desk.by(w, r, code)
	if err != nil {
		return meeting.Document{}, err
	}
	if by.Role == "" {
		if shown, err := o.desk.Pass(w, r); err != nil || shown.Meeting != code {
			return meeting.Document{}, answerOf(meeting.NotYours)
		}
	}
	var plan meeting.Plan
	if err := o.Desk.Records.State(code, func(s *meeting.State) { plan = s.Plan }); err != nil {
		return meeting.Document{}, asked(err)
	}
	for _, d := range plan.Documents {
		if d.Hash == hash {
			return d, nil
		}
	}
	return meeting.Document{}, fileUnknown
}
