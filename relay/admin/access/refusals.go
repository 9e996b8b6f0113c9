package access

import (
	"net/http"

	"github.com/diemcau/diemcau/relay"
	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
)

func refusal(status int, code, vi, en string) admin.Refusal {
	return admin.Refusal{Status: status, Code: code, Vi: vi, En: en}
}

// about is a refusal of what stands in one field of a form.
func about(column string, r admin.Refusal) admin.Refusal {
	r.Problems = []directory.Problem{{Column: column, Vi: r.Vi, En: r.En}}
	return r
}

var (
	loginNeeded = refusal(http.StatusUnauthorized, "login-needed",
		"Cần đăng nhập để làm việc này: xin đăng nhập rồi thử lại.",
		"This needs an account: sign in and try again.")
	loginWrong = refusal(http.StatusUnauthorized, "login-wrong",
		"Tên đăng nhập hoặc mật khẩu không đúng: xin nhập lại, hoặc nhờ người quản trị đặt mật khẩu mới.",
		"The login or the password is wrong: type them again, or ask the administrator for a new password.")
	notYours = refusal(http.StatusForbidden, "not-yours",
		"Tài khoản này không có quyền làm việc này: xin nhờ người quản trị.",
		"This account may not do this: ask the administrator.")
	passwordWrong = refusal(http.StatusForbidden, "password-wrong",
		"Mật khẩu hiện tại không đúng: xin nhập lại.",
		"The present password is wrong: type it again.")
	passwordWeak = about("password", refusal(http.StatusBadRequest, "password-weak",
		"Mật khẩu này dễ đoán: xin đặt mật khẩu từ 10 ký tự trở lên, ví dụ bốn từ không liên quan đến nhau.",
		"This password is easy to guess: choose one of 10 characters or more, such as four words that do not belong together."))
	loginInvalid = about("login", refusal(http.StatusBadRequest, "login-invalid",
		"Tên đăng nhập gồm 2 đến 64 chữ không dấu, số và các ký tự . _ - + @: xin nhập lại.",
		"A login has 2 to 64 letters a to z, digits and . _ - + @: type it again."))
	loginTaken = about("login", refusal(http.StatusConflict, "login-taken",
		"Đã có tài khoản mang tên đăng nhập này: xin chọn tên khác.",
		"Another account has this login: choose another one."))
	nameInvalid = about("name", refusal(http.StatusBadRequest, "name-invalid",
		"Họ tên gồm 1 đến 64 ký tự, không có ký tự điều khiển: xin nhập lại.",
		"A name has 1 to 64 characters and no control characters: type it again."))
	roleInvalid = refusal(http.StatusBadRequest, "role-invalid",
		"Vai trò phải là quản trị, chủ tọa, thư ký hoặc kỹ thuật: xin chọn lại.",
		"The role is administrator, chair, secretary or technician: choose again.")
	accountUnknown = refusal(http.StatusNotFound, "account-unknown",
		"Không còn tài khoản này: xin xem lại danh sách tài khoản.",
		"There is no such account: look it up in the list of accounts.")
	accountsFull = refusal(http.StatusServiceUnavailable, "accounts-full",
		"Máy chủ đã có quá nhiều tài khoản: xin xóa những tài khoản không còn dùng.",
		"The server has too many accounts: remove those that nobody uses.")
	lastAdmin = refusal(http.StatusConflict, "last-admin",
		"Đây là người quản trị cuối cùng: xin cử một người quản trị khác trước.",
		"This is the last administrator: appoint another one first.")
	changed = refusal(http.StatusConflict, "changed",
		"Người khác vừa sửa mục này: xin tải lại trang rồi thử lại.",
		"Somebody else has just changed this: reload the page and try again.")
	linkUsed = refusal(http.StatusGone, "link-used",
		"Liên kết này đã dùng rồi hoặc đã hết hạn: xin nhờ người gửi cho liên kết mới.",
		"This link was used already or has expired: ask who sent it for a new one.")
	keyInvalid = refusal(http.StatusBadRequest, "key-invalid",
		"Trình duyệt này không tạo được khóa cho điểm cầu: xin cập nhật trình duyệt rồi mở lại liên kết.",
		"This browser could not make a key for the site: update it and open the link again.")
	keysFull = refusal(http.StatusConflict, "keys-full",
		"Điểm cầu này đã có 4 máy: xin chọn “thay máy” để các máy cũ thôi dùng được.",
		"This site has 4 computers already: renew it, which ends the old ones.")
	oidcFailed = refusal(http.StatusBadGateway, "oidc-failed",
		"Không đăng nhập được qua hệ thống tài khoản của đơn vị: xin thử lại, hoặc dùng mật khẩu.",
		"Signing in by your organisation's accounts failed: try again, or use a password.")
	oidcUnknown = refusal(http.StatusForbidden, "oidc-unknown",
		"Địa chỉ thư này chưa có tài khoản ở đây: xin nhờ người quản trị thêm tài khoản mang địa chỉ đó.",
		"This e-mail address has no account here: ask the administrator to add one with it as its login.")
	busy = refusal(http.StatusServiceUnavailable, "busy",
		"Máy chủ đang bận: xin thử lại sau ít giây.",
		"The server is busy: try again in some seconds.")
)

// Why a pass is not taken, as errors with sentences.
var (
	ErrPass = relay.Notice{
		Code: "pass-invalid",
		Vi:   "Liên kết hoặc thẻ vào họp này không hợp lệ: xin nhờ người mời gửi lại liên kết.",
		En:   "This link or pass is not valid: ask who invited you to send the link again.",
	}
	ErrPassRevoked = relay.Notice{
		Code: "pass-revoked",
		Vi:   "Thẻ vào họp này không còn hiệu lực: xin nhờ người quản trị cấp liên kết mới.",
		En:   "This pass is no longer good: ask the administrator for a new link.",
	}
	ErrPassElsewhere = relay.Notice{
		Code: "pass-elsewhere",
		Vi:   "Thẻ này dành cho cuộc họp hoặc máy chủ khác: xin mở đúng liên kết được gửi cho cuộc họp này.",
		En:   "This pass is for another meeting or server: open the link that was sent for this meeting.",
	}
	ErrProof = relay.Notice{
		Code: "proof-wrong",
		Vi:   "Thẻ này thuộc về một máy khác: xin mở trang trên máy đã ghi danh, hoặc ghi danh lại máy này.",
		En:   "This pass belongs to another computer: use the one that was enrolled, or enrol this one.",
	}
)
