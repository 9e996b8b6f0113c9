package office

import (
	"net/http"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
)

func refusal(status int, code, vi, en string) admin.Refusal {
	return admin.Refusal{Status: status, Code: code, Vi: vi, En: en}
}

var (
	loginNeeded = refusal(http.StatusUnauthorized, "login-needed",
		"Cần đăng nhập để làm việc này: xin đăng nhập rồi thử lại.",
		"This needs an account: sign in and try again.")
	notYours = refusal(http.StatusForbidden, "not-yours",
		"Tài khoản này không có quyền làm việc này: xin nhờ người quản trị.",
		"This account may not do this: ask the administrator.")
	notTechnicians = refusal(http.StatusForbidden, "not-yours",
		"Cán bộ kỹ thuật chỉ được sửa thiết bị, cán bộ kỹ thuật, điện thoại và ghi chú của điểm cầu đã có: xin nhờ người quản trị sửa phần khác.",
		"A technician may change a site's equipment, technician, telephone and note only: ask the administrator for the rest.")
	changed = refusal(http.StatusConflict, "changed",
		"Người khác vừa sửa danh bạ: xin tải lại trang, xem lại rồi sửa tiếp.",
		"Somebody else has just changed the directory: reload the page, look again and go on.")
	formInvalid = refusal(http.StatusBadRequest, "form-invalid",
		"Có chỗ cần sửa, chưa có gì được ghi lại: xin sửa từng lỗi trong danh sách rồi thử lại.",
		"Some of this must be mended; nothing was stored: mend what the list says and try again.")
	templateUnknown = refusal(http.StatusNotFound, "template-unknown",
		"Không còn mẫu cuộc họp này: xin chọn mẫu khác trong danh sách.",
		"There is no such template: choose another from the list.")
	siteNeeded = refusal(http.StatusForbidden, "site-needed",
		"Trang này dành cho máy của điểm cầu đã đăng ký: xin mở đường dẫn đăng ký mà người quản trị đã gửi.",
		"This page is for the computer of a site: open the link that the administrator has sent to enrol it.")
	tableUnknown = refusal(http.StatusNotFound, "table-unknown",
		"Danh bạ không có bảng này: xin mở lại trang danh bạ.",
		"The directory has no such table: open its page again.")
	fileTooLarge = refusal(http.StatusRequestEntityTooLarge, "file-too-large",
		"Tài liệu lớn quá 20 MB: xin chia nhỏ hoặc nén lại rồi tải lên.",
		"The document has more than 20 MB: split or compress it, then upload it again.")
	fileNamed = refusal(http.StatusBadRequest, "file-name",
		"Tên tài liệu gồm 1 đến 200 ký tự: xin đổi tên tệp rồi tải lên lại.",
		"A document's name has 1 to 200 characters: rename the file and upload it again.")
	fileEmpty = refusal(http.StatusBadRequest, "file-empty",
		"Tài liệu trống hoặc tải lên chưa hết: xin tải lên lại.",
		"The document is empty or did not arrive whole: upload it again.")
	fileUnknown = refusal(http.StatusNotFound, "file-unknown",
		"Cuộc họp không có tài liệu này: xin tải lại trang để xem danh sách tài liệu mới.",
		"The meeting has no such document: reload the page for the new list.")
	busy = refusal(http.StatusServiceUnavailable, "busy",
		"Đang có nhiều tài liệu được tải lên: xin đợi một phút rồi tải lại.",
		"Many documents are being uploaded: wait a minute and upload yours again.")
)

// wrongForm is a refusal with what is wrong where.
func wrongForm(problems []directory.Problem) admin.Refusal {
	r := formInvalid
	r.Problems = problems
	return r
}
