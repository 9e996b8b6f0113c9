package listen

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestBothOnOnePort(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", ":0", "localhost:0"} {
		tcp, udp, err := Both(addr)
		if err != nil {
			t.Fatal(err)
		}
		_, a, _ := net.SplitHostPort(tcp.Addr().String())
		_, b, _ := net.SplitHostPort(udp.LocalAddr().String())
		if a != b {
			t.Errorf("%s: TCP %s, UDP %s", addr, a, b)
		}
		if _, _, err := Both("127.0.0.1:" + a); err == nil || !strings.HasPrefix(err.Error(), "TCP port "+a+" is taken") {
			t.Errorf("%s taken: %v", addr, err)
		}
		_ = tcp.Close()
		if _, _, err := Both("127.0.0.1:" + a); err == nil || !strings.HasPrefix(err.Error(), "UDP port "+a+" is taken") {
			t.Errorf("%s taken by UDP: %v", addr, err)
		}
		_ = udp.Close()
	}
}

func TestBadAddresses(t *testing.T) {
	for addr, says := range map[string]string{
		"8080":               "is no address with a port",
		"203.0.113.77:8080":  "is not an address of this computer",
		"khong.invalid:8080": "leads nowhere",
	} {
		_, _, err := Both(addr)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

func TestPlainRequestIsSentToHTTPS(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "secure "+r.URL.Path)
	}))
	s.Listener = HTTPS(s.Listener)
	s.StartTLS()
	defer s.Close()
	client := s.Client()
	defer client.CloseIdleConnections()
	addr := s.Listener.Addr().String()

	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Get("http://" + addr + "/m/abc-def-ghj?name=X%C3%A3&join=1")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if want := "https://" + addr + "/m/abc-def-ghj?name=X%C3%A3&join=1"; resp.StatusCode != 308 || resp.Header.Get("Location") != want {
		t.Errorf("%d to %s", resp.StatusCode, resp.Header.Get("Location"))
	}
	client.CheckRedirect = nil
	resp, err = client.Get("http://" + addr + "/x")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if string(body) != "secure /x" {
		t.Errorf("%s", body)
	}
}

func TestGarbageIsClosed(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Listener = HTTPS(s.Listener)
	s.StartTLS()
	defer s.Close()
	addr := s.Listener.Addr().String()
	for _, text := range []string{"hello\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: " + strings.Repeat("x", 2*maxRequest)} {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, text)
		_ = c.(*net.TCPConn).CloseWrite()
		if answer, _ := io.ReadAll(c); strings.Contains(string(answer), "Location") {
			t.Errorf("%.20q was answered with %q", text, answer)
		}
		_ = c.Close()
	}
	c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatalf("afterwards TLS fails: %v", err)
	}
	_ = c.Close()
}
