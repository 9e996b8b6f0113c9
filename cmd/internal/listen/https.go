package listen

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"sync"
)

// tlsHandshake is the first byte of every TLS connection.
const tlsHandshake = 0x16

// maxRequest is how much of a plain request is read, in bytes.
const maxRequest = 8 << 10

// HTTPS makes a TLS port answer those who come with plain HTTP: they are sent to the same address with https. Everybody else
// notices nothing. The listener that it wraps is closed with it.
func HTTPS(l net.Listener) net.Listener { return &httpsListener{l} }

type httpsListener struct{ net.Listener }

// Accept implements net.Listener.
func (l *httpsListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &sniffed{Conn: c}, nil
}

// sniffed looks at the first byte when the server first reads, so that accepting never waits for a client.
type sniffed struct {
	net.Conn
	once sync.Once
}

// NetConn returns the connection that was accepted, as tls.Conn does: a session tunes its TCP.
func (c *sniffed) NetConn() net.Conn { return c.Conn }

// Read implements io.Reader.
func (c *sniffed) Read(p []byte) (n int, err error) {
	first := false
	c.once.Do(func() {
		first = true
		n, err = c.Conn.Read(p)
	})
	if first && n > 0 && p[0] != tlsHandshake {
		c.redirect(p[:n])
		return 0, io.EOF
	}
	if first {
		return n, err
	}
	return c.Conn.Read(p)
}

// redirect answers a plain request of which begin has been read; what is no request gets no answer.
func (c *sniffed) redirect(begin []byte) {
	in := io.MultiReader(bytes.NewReader(begin), io.LimitReader(c.Conn, maxRequest))
	r, err := http.ReadRequest(bufio.NewReader(in))
	if err != nil || r.Host == "" {
		return
	}
	target := *r.URL
	target.Scheme, target.Host = "https", r.Host
	answer := http.Response{
		StatusCode: http.StatusPermanentRedirect,
		ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Location": {target.String()}, "Connection": {"close"}},
		Close:  true,
	}
	_ = answer.Write(c.Conn)
}
