package admin

import (
	"encoding/json"
	"net/http"
)

// Refusal is one way in which a request is not served, as an error; the codes are those of PROTOCOL.md, the sentences say what to do.
type Refusal struct {
	Status   int    `json:"-"` // of HTTP
	Code     string `json:"code"`
	Vi       string `json:"vi"`
	En       string `json:"en"`
	Problems any    `json:"problems,omitempty"` // of a form: what is wrong where
}

// Error returns the code and the English sentence.
func (r Refusal) Error() string { return r.Code + ": " + r.En }

func refusal(status int, code, vi, en string) Refusal { return Refusal{status, code, vi, en, nil} }

// Refusals that several packages give.
var (
	MeetingUnknown = refusal(
		http.StatusNotFound, "meeting-unknown",
		"Không có cuộc họp nào mang mã này: xin kiểm tra lại mã hoặc hỏi người đã mời.",
		"No meeting has this code: check it, or ask the person who invited you.",
	)
	CodeMalformed = refusal(
		http.StatusBadRequest, "code-malformed",
		"Mã cuộc họp gồm 9 chữ và số, dạng abc-def-ghj: xin nhập lại.",
		"A meeting code has 9 letters and digits, as in abc-def-ghj: type it again.",
	)
	TooMany = refusal(
		http.StatusTooManyRequests, "too-many",
		"Có quá nhiều yêu cầu từ địa chỉ mạng này: xin đợi một phút rồi thử lại.",
		"Too many requests came from this network address: wait a minute and try again.",
	)
	HostKeyWrong = refusal(
		http.StatusUnauthorized, "host-key-wrong",
		"Khóa chủ trì không đúng: xin dùng khóa mà máy chủ in ra lúc khởi động.",
		"The host key is wrong: use the one that the server printed when it started.",
	)
	TitleTooLong = refusal(
		http.StatusBadRequest, "title-too-long",
		"Tên cuộc họp dài quá 200 ký tự: xin rút ngắn lại.",
		"The meeting's title is longer than 200 characters: shorten it.",
	)
	NameInvalid = refusal(
		http.StatusBadRequest, "name-invalid",
		"Tên điểm cầu gồm 1 đến 64 ký tự, không có ký tự điều khiển: xin nhập lại tên.",
		"A site's name has 1 to 64 characters and no control characters: type it again.",
	)
	SiteUnknown = refusal(
		http.StatusNotFound, "site-unknown",
		"Không có điểm cầu nào mang số hiệu này: xin xem lại danh sách điểm cầu.",
		"No site has this id: look it up in the list of sites.",
	)
	BadJSON = refusal(
		http.StatusBadRequest, "bad-json",
		"Yêu cầu không phải là JSON hợp lệ, hoặc quá dài: xin tải lại trang rồi thử lại.",
		"The request is not valid JSON, or too long: reload the page and try again.",
	)
	NotFound = refusal(
		http.StatusNotFound, "not-found",
		"Máy chủ không có địa chỉ này: xin mở lại trang đầu.",
		"The server has nothing at this address: open its first page.",
	)
	originRefused = refusal(
		http.StatusForbidden, "origin-refused",
		"Máy chủ không nhận yêu cầu từ trang này: xin mở trang của chính máy chủ.",
		"The server takes no requests from this page: open the server's own page.",
	)
	RelayFull = refusal(
		http.StatusServiceUnavailable, "relay-full",
		"Máy chủ đã có quá nhiều cuộc họp: xin báo người quản trị.",
		"The server has too many meetings: tell its administrator.",
	)
	noUpstream = refusal(
		http.StatusServiceUnavailable, "no-upstream",
		"Điểm cầu chưa nối được với máy chủ nên chưa tìm được cuộc họp này: đang nối, xin thử lại sau ít phút.",
		"This site has no connection to its server yet and cannot find this meeting: it keeps trying; try again in a few minutes.",
	)
	sitesFull = refusal(
		http.StatusServiceUnavailable, "sites-full",
		"Máy chủ đã có quá nhiều điểm cầu: xin dùng lại tên của một điểm cầu không còn nữa.",
		"The server has too many sites: use the name of one that is no more.",
	)
	Broken = refusal(
		http.StatusInternalServerError, "internal",
		"Máy chủ gặp lỗi: xin thử lại sau một phút; nếu vẫn lỗi, xin báo người quản trị.",
		"The server failed: try again in a minute; if it fails again, tell its administrator.",
	)
)

// refuse answers with r and counts it.
func (a *api) refuse(w http.ResponseWriter, r Refusal) {
	a.metrics.refused.WithLabelValues(r.Code).Inc()
	WriteJSON(w, r.Status, r)
}

// WriteJSON answers with JSON that nobody may keep.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a reader that is gone is nobody's error
}
