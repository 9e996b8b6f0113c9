package relay

import (
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
)

// sentence is what a person reads when something is refused; the codes are those of PROTOCOL.md section 6.
type sentence struct{ code, vi, en string }

var (
	badHello = sentence{
		"bad-hello",
		"Trang này gửi lời chào mà máy chủ không hiểu: xin tải lại trang.",
		"This page greeted the server in a way that it does not understand: reload the page.",
	}
	wrongProtocol = sentence{
		"protocol",
		"Trang này đã cũ so với máy chủ: xin tải lại trang.",
		"This page is of another version than the server: reload the page.",
	}
	nameInvalid = sentence{
		"name-invalid",
		"Tên gồm 1 đến 64 ký tự, không có ký tự điều khiển: xin nhập lại tên.",
		"A name has 1 to 64 characters and no control characters: type it again.",
	}
	meetingUnknown = sentence{
		"meeting-unknown",
		"Không có cuộc họp nào mang mã này: xin kiểm tra lại mã hoặc hỏi người đã mời.",
		"No meeting has this code: check it, or ask the person who invited you.",
	}
	meetingFull = sentence{
		"meeting-full",
		"Cuộc họp đã đủ 200 người: xin báo chủ tọa.",
		"The meeting already has 200 participants: tell the chair.",
	}
	tokenInvalid = sentence{
		"token-invalid",
		"Chỗ ngồi đã lưu không còn dùng được: xin vào lại cuộc họp.",
		"The seat that was kept is no longer valid: join the meeting again.",
	}
	tooSlow = sentence{
		"too-slow",
		"Đường truyền quá chậm nên lời chào chưa tới máy chủ: đang thử lại.",
		"The line is so slow that the greeting did not arrive: trying again.",
	}
	lineUnknown = sentence{
		"line-unknown",
		"Máy chủ không còn giữ đường truyền cũ: đang vào lại cuộc họp.",
		"The server no longer keeps the old line: joining the meeting again.",
	}
	messageTooLong = sentence{
		"message-too-long",
		"Trang này gửi một thông điệp quá dài: xin tải lại trang.",
		"This page sent a message that is too long: reload the page.",
	}
	tooFast = sentence{
		"rate",
		"Trang này gửi quá nhiều, một phần bị bỏ qua: nếu còn lặp lại, xin tải lại trang.",
		"This page sends too much, some of it is dropped: if it goes on, reload the page.",
	}
	badMessage = sentence{
		"bad-message",
		"Máy chủ không hiểu một thông điệp của trang này: xin tải lại trang.",
		"The server did not understand a message of this page: reload the page.",
	}
	unknownType = sentence{
		"unknown-type",
		"Máy chủ không biết loại thông điệp này: xin tải lại trang.",
		"The server does not know this type of message: reload the page.",
	}
	refused = sentence{
		"refused",
		"Máy chủ không nhận tiếng gửi dưới tên người khác: xin tải lại trang.",
		"The server takes no voice in somebody else's name: reload the page.",
	}
	replaced = sentence{
		"replaced",
		"Chỗ này vừa được mở ở một cửa sổ khác.",
		"This seat was just opened in another window.",
	}
	stopping = sentence{
		"relay-stopping",
		"Máy chủ đang khởi động lại, xin chờ một chút.",
		"The server is restarting, one moment please.",
	}
	tooMany = sentence{
		"too-many",
		"Có quá nhiều lượt vào từ địa chỉ mạng này: đang thử lại.",
		"Too many attempts from this network address: trying again.",
	}
	siteUnknown = sentence{
		"site-unknown",
		"Máy chủ không nhận thẻ của điểm cầu này: xin người quản trị cấp thẻ mới (diemcau site-token new).",
		"The server does not know this site's token: ask its administrator for a new one (diemcau site-token new).",
	}
	siteRevoked = sentence{
		"site-revoked",
		"Thẻ của điểm cầu này đã bị thu hồi: xin người quản trị cấp thẻ mới.",
		"This site's token has been revoked: ask the administrator for a new one.",
	}
	siteElsewhere = sentence{
		"site-elsewhere",
		"Thẻ này do máy chủ khác cấp: xin kiểm tra địa chỉ --relay hoặc xin thẻ của máy chủ này.",
		"This token is of another server: check the address in --relay, or ask this server's administrator for one.",
	}
	siteTaken = sentence{
		"site-taken",
		"Một máy khác đang dùng thẻ của điểm cầu này: xin tắt máy kia, hoặc xin thẻ riêng cho máy này.",
		"Another computer is using this site's token: switch it off, or ask for a token of this computer's own.",
	}
	passInvalid = sentence{
		"pass-invalid",
		"Máy chủ không nhận thẻ vào họp này: xin mở lại liên kết mời, hoặc xin liên kết mới.",
		"The server does not take this pass: open the invitation again, or ask for a new one.",
	}
	removed = sentence{
		"removed",
		"Chủ tọa đã mời bạn ra khỏi cuộc họp: xin liên hệ thư ký nếu cần vào lại.",
		"The chair has removed you from the meeting: ask the secretary if you need to come back.",
	}
	storing = sentence{
		"not-stored",
		"Máy chủ chưa ghi được việc này nên chưa làm gì: xin thử lại; nếu vẫn lỗi, xin báo kỹ thuật kiểm tra ổ đĩa.",
		"The server could not record this, so nothing was done: try again; if it still fails, have the disk checked.",
	}
	tooOften = sentence{
		"too-often",
		"Bạn gửi quá nhanh nên việc này chưa được làm: xin chờ ít giây rồi làm lại.",
		"This comes too fast, so nothing was done: wait some seconds and do it again.",
	}
	waitingAbove = sentence{
		"upstream-away",
		"Đường truyền lên máy chủ chính đang mất nên thao tác này phải chờ: xin làm lại khi đường truyền trở lại.",
		"The line to the main server is lost, so this has to wait: do it again when the line is back.",
	}
	badFile = sentence{
		"bad-file",
		"Máy chủ không nhận tệp này vì nội dung không đúng hoặc quá lớn: xin mở lại tài liệu rồi thử lại.",
		"The server does not take this file, it is damaged or too large: open the document again and retry.",
	}
	filesBusy = sentence{
		"files-busy",
		"Máy chủ đang bận lưu tệp: trang này sẽ tự gửi lại sau ít giây.",
		"The server is busy storing files: this page tries again in some seconds.",
	}
	filesFull = sentence{
		"files-full",
		"Cuộc họp này đã lưu đủ dung lượng tài liệu: xin trình chiếu tài liệu ngắn hơn, hoặc chia sẻ màn hình.",
		"This meeting has stored as much as it may: show a shorter document, or share the screen.",
	}
	liftsFull = sentence{
		"files-waiting",
		"Máy điểm cầu này đang giữ đủ tệp chờ gửi lên máy chủ chính: xin đợi đường truyền gửi bớt rồi gửi lại tệp này.",
		"This site keeps as many files for the main server as it may: wait until the line has carried some, then send this one again.",
	}
	reportAway = sentence{
		"report-away",
		"Máy chủ chưa mở xong tệp của báo cáo này: xin gửi lại sau ít giây.",
		"The server has not opened the file of this report yet: send it again in some seconds.",
	}
	mayNotBring = sentence{
		"may-not-present",
		meeting.MayNotPresent.Vi,
		meeting.MayNotPresent.En,
	}
	broken = sentence{
		"internal",
		"Máy chủ gặp lỗi khi ghi nhận việc này: đang thử lại.",
		"The server failed to record this: trying again.",
	}
)

// bye makes the last message; again says that coming back makes sense.
func (s sentence) bye(again bool) transport.Bye {
	return transport.Bye{Type: transport.TypeBye, Code: s.code, Vi: s.vi, En: s.en, Again: again}
}

func (s sentence) error() transport.Error {
	return transport.Error{Type: transport.TypeError, Code: s.code, Vi: s.vi, En: s.en}
}

func (s sentence) refusal() meeting.Refusal { return meeting.Refusal{Code: s.code, Vi: s.vi, En: s.en} }
