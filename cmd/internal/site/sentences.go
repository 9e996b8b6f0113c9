package site

import (
	"crypto/x509"
	"errors"
	"net"

	"github.com/diemcau/diemcau/client"
)

// sentence is what a person reads; the codes are those of PROTOCOL.md section 6.
type sentence struct{ code, vi, en string }

var errNoRelay = errors.New("site: the server answers over TCP, its relay does not")

var (
	away = sentence{
		"upstream-away",
		"Mất đường truyền lên máy chủ: trong nhà vẫn nghe nhau, máy tự nối lại khi có đường.",
		"The line to the server is gone: people in this building still hear each other, and it comes back by itself.",
	}
	clockWrong = sentence{
		"clock-wrong",
		"Đồng hồ của máy này sai: vẫn họp được, nhưng xin chỉnh lại ngày giờ.",
		"This computer's clock is wrong: the meeting goes on, but set its date and time.",
	}
	clockRefused = sentence{
		"clock-refused",
		"Chứng thực của máy chủ chưa có hiệu lực hay đã hết hạn theo đồng hồ máy này: xin chỉnh lại ngày giờ.",
		"By this computer's clock the server's certificate is not valid: set the date and time.",
	}
	udpBlocked = sentence{
		"udp-blocked",
		"Mạng này chặn UDP: tiếng đi đường TCP, sẽ chậm khi mất gói; xin người quản mạng mở UDP.",
		"This network blocks UDP: the voice goes over TCP and is late when packets are lost; ask for UDP to be opened.",
	}
	noRelay = sentence{
		"relay-silent",
		"Máy chủ có trả lời nhưng đường họp không thông: xin người quản mạng mở UDP và WebSocket tới máy chủ.",
		"The server answers but meetings do not get through: ask for UDP and WebSockets to it to be opened.",
	}
	portal = sentence{
		"captive-portal",
		"Mạng này trả lời thay cho máy chủ, có lẽ đòi đăng nhập: xin mở một trang web để đăng nhập mạng, hoặc xem lại --relay.",
		"This network answers in the server's place and may want a login: open any web page to log in, or check --relay.",
	}
	noName = sentence{
		"no-name",
		"Không tìm ra địa chỉ máy chủ: xin kiểm tra dây mạng, DNS và --relay.",
		"The server's name is not found: check the network cable, DNS and --relay.",
	}
	noToken = sentence{
		"no-token",
		"Không đọc được tệp thẻ của điểm cầu: xin xem lại --token.",
		"The file with the site's token cannot be read: check --token.",
	}
)

// ErrToken is what errors of Config.Token wrap.
var ErrToken = errors.New("site: no token")

// explain finds the sentence for why the relay above is not there.
func explain(err error) sentence {
	var (
		name    *net.DNSError
		invalid x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired, errors.Is(err, client.ErrExpired):
		return clockRefused
	case errors.Is(err, client.ErrCertificate), errors.Is(err, client.ErrForeign):
		return portal
	case errors.As(err, &name) && name.IsNotFound:
		return noName
	case errors.Is(err, ErrToken):
		return noToken
	case errors.Is(err, errNoRelay):
		return noRelay
	}
	return away
}
