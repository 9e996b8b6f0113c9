package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/diemcau/diemcau/cmd/internal/config"
	"github.com/diemcau/diemcau/relay/meeting"
)

// seat is a person at a desk, signed in at a server.
type seat struct {
	t      *testing.T
	base   string
	cookie *http.Cookie
}

// do asks and reads the answer, which must have this status, into out, unless that is nil.
func (s seat) do(method, path, body string, status int, out any) string {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.base+"/api/"+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.AddCookie(s.cookie)
	c := &http.Client{Transport: &http.Transport{}}
	defer c.CloseIdleConnections()
	w, err := c.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil || w.StatusCode != status {
		s.t.Fatalf("%s %s: %d %s %v", method, path, w.StatusCode, text, err)
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			s.t.Fatalf("%s: %v", text, err)
		}
	}
	return string(text)
}

// setUp makes the first administrator.
func setUp(t *testing.T, s *server) seat {
	t.Helper()
	base, token, _ := strings.Cut(s.state.setup, "/setup#")
	who := map[string]string{"token": token, "login": "quan.tri", "name": "Bríu Thị Nem", "password": "rừng già suối cạn"}
	status, text, cookie := post(t, base+"/api/setup", nil, who)
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, text)
	}
	return seat{t, base, cookie}
}

// The directory, a meeting from a template with a document, and its list are there after a restart.
func TestOfficeOfAServer(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	c := config.Serve{Listen: "127.0.0.1:0", Data: t.TempDir()}
	s, stop := startServer(t, c)
	at := setUp(t, s)
	at.do("POST", "directory/units.csv", "Tên;Loại;Cấp;Trực thuộc\r\nXã Ga Ry;Cấp xã;Xã;Huyện Nam Giang\r\nHuyện Nam Giang;Cấp huyện;Huyện;\r\n", 200, nil)
	at.do("POST", "directory/sites.csv", "Tên điểm cầu,Đơn vị,Điện thoại\r\nUBND xã Ga Ry,Xã Ga Ry,'+84905123456\r\n", 200, nil)
	at.do("POST", "directory/sites.csv", "Tên điểm cầu,Đơn vị\r\nThứ hai,Xã Ga Ry\r\n", 400, nil) // over the quota
	site := s.state.book().Sites[0].ID

	starts := time.Date(2026, 3, 5, 1, 0, 0, 0, time.UTC).UnixMilli()
	body, _ := json.Marshal(map[string]any{"template": "briefing", "starts": starts, "sites": []string{site}})
	var opened struct{ Code, Link, Chair string }
	at.do("POST", "meetings", string(body), 201, &opened)
	if opened.Link != at.base+"/m/"+opened.Code || !strings.HasPrefix(opened.Chair, opened.Link+"#p=v4.public.") {
		t.Errorf("%+v", opened)
	}
	meetingPath := "meetings/" + opened.Code
	var document meeting.Document
	at.do("POST", meetingPath+"/documents?name=bao-cao.pdf", "%PDF", 201, &document)
	var state struct{ Plan meeting.Plan }
	at.do("GET", meetingPath+"/state", "", 200, &state)
	state.Plan.Documents = []meeting.Document{document}
	act, _ := json.Marshal(map[string]any{"act": "prepare", "plan": state.Plan})
	at.do("POST", meetingPath+"/do", string(act), 200, nil)
	stop()

	s, stop = startServer(t, c)
	defer stop()
	at.base = s.addresses.page()
	if text := at.do("GET", meetingPath+"/documents/"+document.Hash, "", 200, nil); text != "%PDF" {
		t.Errorf("the document is %q", text)
	}
	var list struct {
		Meetings []struct{ Code, Title string }
	}
	if at.do("GET", "meetings", "", 200, &list); len(list.Meetings) != 1 || list.Meetings[0].Title != "Họp giao ban tuần 10, ngày 05/03/2026" {
		t.Errorf("%+v", list)
	}
	var public struct{ Starts int64 }
	if at.do("GET", meetingPath+"?about=1", "", 200, &public); public.Starts != starts {
		t.Errorf("it begins at %d", public.Starts)
	}
	if text := at.do("GET", "directory/sites.csv", "", 200, nil); !strings.Contains(text, site+",UBND xã Ga Ry,Xã Ga Ry,,,,'+84905123456,") {
		t.Error(text)
	}
	if room, there := s.site(site); !there || room.Unit != "Xã Ga Ry" {
		t.Errorf("who gets in knows %+v", room)
	}
}
