package meeting

// Refusal says why something that somebody wanted does not happen, and what to do instead.
type Refusal struct {
	Code string // for programs
	Vi   string // one sentence for people
	En   string
}

// Error returns the code.
func (r Refusal) Error() string { return "meeting: refused: " + r.Code }

// The refusals of Decide and ParseAction.
var (
	UnknownAct = Refusal{
		"unknown-act",
		"Máy chủ không biết thao tác này: xin tải lại trang.",
		"The server does not know this action: reload the page.",
	}
	BadAction = Refusal{
		"bad-action",
		"Máy chủ không đọc được thao tác này: xin tải lại trang rồi làm lại.",
		"The server cannot read this action: reload the page and try again.",
	}
	TooLong = Refusal{
		"text-too-long",
		"Nội dung quá dài: xin rút ngắn rồi gửi lại.",
		"The text is too long: shorten it and send it again.",
	}
	BadText = Refusal{
		"bad-text",
		"Nội dung để trống hoặc có ký tự không dùng được: xin gõ lại.",
		"The text is empty or has characters that cannot be used: type it again.",
	}
	NotYours = Refusal{
		"not-yours",
		"Vai trò của bạn không được làm việc này: xin nhờ chủ tọa hoặc thư ký.",
		"Your role may not do this: ask the chair or the secretary.",
	}
	NotHere = Refusal{
		"not-here",
		"Người hoặc điểm cầu này hiện không có mặt: xin chờ họ vào lại hoặc chọn điểm khác.",
		"This participant or site is not here now: wait until they are back, or choose another.",
	}
	NoSeat = Refusal{
		"no-seat",
		"Bạn chưa có chỗ trong cuộc họp: xin vào cuộc họp rồi làm lại.",
		"You have no seat in the meeting: join it and try again.",
	}
	FloorTaken = Refusal{
		"floor-taken",
		"Quyền phát biểu vừa đổi: xin xem ai đang phát biểu rồi bấm lại.",
		"The floor has just changed: see who speaks now, then press again.",
	}
	NoFloor = Refusal{
		"no-floor",
		"Hiện bạn không giữ quyền phát biểu, hoặc không ai đang phát biểu: không cần làm gì thêm.",
		"You do not have the floor, or nobody has: there is nothing more to do.",
	}
	NotModerated = Refusal{
		"not-moderated",
		"Cuộc họp đang ở chế độ tự do: xin chọn «Điều hành» hoặc «Lần lượt» trước khi mời phát biểu.",
		"The meeting is in free mode: choose moderated or roll call before you call someone.",
	}
	NobodyNext = Refusal{
		"nobody-next",
		"Không còn ai chờ phát biểu: xin chọn một điểm cầu trong danh sách.",
		"Nobody waits to speak: choose a site in the list.",
	}
	NobodyLater = Refusal{
		"nobody-later",
		"Chưa có điểm cầu bị ngắt nào vào lại: xin bấm «Tiếp theo» hoặc chờ thêm.",
		"No site that was cut off is back yet: press “next”, or wait.",
	}
	MayNotSpeak = Refusal{
		"may-not-speak",
		"Người này chỉ dự thính hoặc đang ở phòng chờ: xin đổi vai trò hoặc cho vào họp trước.",
		"This participant only listens, or waits in the lobby: change the role or admit them first.",
	}
	MayNotPresent = Refusal{
		"may-not-present",
		"Chỉ ban điều hành và điểm cầu đang phát biểu được trình chiếu: xin giơ tay và chờ chủ tọa mời.",
		"Only officers and who has the floor can present: raise your hand and wait to be called.",
	}
	MeetingClosed = Refusal{
		"closed",
		"Cuộc họp đã kết thúc: xin bấm «Khai mạc» nếu muốn họp tiếp.",
		"The meeting is closed: press “open” to go on with it.",
	}
	MeetingFinal = Refusal{
		"final",
		"Biên bản đã chốt nên không sửa được nữa: xin ghi nội dung mới ở cuộc họp sau.",
		"The minutes are final and nothing can be changed: put it into the next meeting.",
	}
	StillOpen = Refusal{
		"still-open",
		"Cuộc họp chưa kết thúc: xin bấm «Kết thúc» trước khi chốt biên bản.",
		"The meeting is still open: press “close” before you make the minutes final.",
	}
	NoSuchItem = Refusal{
		"no-such-item",
		"Chương trình họp không có mục này: xin chọn lại trong chương trình.",
		"The agenda has no such item: choose one of the agenda.",
	}
	NoSuchSite = Refusal{
		"no-such-site",
		"Danh sách mời không có điểm cầu này: xin chọn lại trong danh sách.",
		"The list of the invited has no such site: choose one of the list.",
	}
	NoSuchThing = Refusal{
		"no-such-thing",
		"Mục này không còn nữa: xin xem lại danh sách rồi chọn lại.",
		"This entry is not there any more: look at the list and choose again.",
	}
	BadMode = Refusal{
		"bad-mode",
		"Không có chế độ phát biểu này: xin chọn tự do, điều hành hoặc lần lượt.",
		"There is no such floor mode: choose free, moderated or roll call.",
	}
	BadRole = Refusal{
		"bad-role",
		"Không giao được vai trò này cho người này: xin chọn vai trò khác.",
		"This role cannot be given to this participant: choose another.",
	}
	UseHandOver = Refusal{
		"use-chair",
		"Cuộc họp luôn cần một chủ tọa: xin dùng «Chuyển quyền chủ tọa».",
		"The meeting always needs a chair: use “hand over the chair”.",
	}
	NotYourself = Refusal{
		"not-yourself",
		"Không thể tự làm việc này với chính mình: xin chọn người khác.",
		"You cannot do this to yourself: choose somebody else.",
	}
	ChairIsHere = Refusal{
		"chair-is-here",
		"Chủ tọa vẫn đang có mặt: chỉ nhận quyền khi chủ tọa vắng từ 10 giây.",
		"The chair is here: you can take over once the chair has been away for 10 seconds.",
	}
	NotWaiting = Refusal{
		"not-waiting",
		"Người này không ở phòng chờ: không cần duyệt nữa.",
		"This participant does not wait in the lobby: nothing needs to be admitted.",
	}
	PollOver = Refusal{
		"poll-closed",
		"Cuộc biểu quyết đã đóng: xin báo chủ tọa nếu cần biểu quyết lại.",
		"The poll is closed: tell the chair if it has to be held again.",
	}
	BadChoice = Refusal{
		"bad-choice",
		"Xin chọn «Tán thành», «Không tán thành» hoặc «Ý kiến khác».",
		"Choose for, against or other.",
	}
	BadNumber = Refusal{
		"bad-number",
		"Con số không hợp lệ: xin nhập lại số trong khoảng cho phép.",
		"The number is out of range: type another one.",
	}
	BadDate = Refusal{
		"bad-date",
		"Ngày không hợp lệ: xin chọn lại ngày hạn.",
		"This is not a date: choose the due date again.",
	}
	NotAssigned = Refusal{
		"not-assigned",
		"Kết luận này không giao cho điểm cầu của bạn: xin xem danh sách việc của mình.",
		"This conclusion is not assigned to your site: look at your own list.",
	}
	NotInvited = Refusal{
		"not-invited",
		"Bạn không vào họp với tư cách điểm cầu được mời: xin vào bằng liên kết của điểm cầu.",
		"You are not here as an invited site: join by the site's own link.",
	}
	TooMany = Refusal{
		"too-many",
		"Đã đạt số lượng tối đa: xin xóa bớt hoặc dùng mục đã có.",
		"There are too many already: take one away, or use one that is there.",
	}
	NoMinutes = Refusal{
		"no-minutes",
		"Chưa có nội dung biên bản: xin lưu biên bản trước khi chốt.",
		"There are no minutes yet: save them before you make them final.",
	}
	BadPlan = Refusal{
		"bad-plan",
		"Kế hoạch họp có số thứ tự trùng hoặc mục trỏ sai điểm cầu: xin kiểm tra lại danh sách mời và chương trình.",
		"The plan has a number twice, or an item of a site that is not invited: check the invitations and the agenda.",
	}
	NothingToRing = Refusal{
		"nobody-to-ring",
		"Mọi điểm cầu được mời đều đã có mặt: không cần gọi.",
		"All invited sites are here: there is nobody to ring.",
	}
)
