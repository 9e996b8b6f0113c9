package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const hostKey = "bench-host-key"

// process is a relay that runs beside the bench.
type process struct {
	base string // of its page
	cmd  *exec.Cmd
	data string
	out  bytes.Buffer
}

// startRelay runs "program serve" on a free loopback port and waits until it answers. The caller stops it.
func startRelay(ctx context.Context, program string) (*process, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	data, err := os.MkdirTemp("", "diemcau-bench-")
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	p := &process{base: "http://" + address, data: data}
	p.cmd = exec.Command(program, "serve", "--listen", address, "--data", data, "--host-key", hostKey)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	if err := p.cmd.Start(); err != nil {
		_ = os.RemoveAll(data)
		return nil, err
	}
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(20 * time.Second); ; <-ticker.C {
		if _, err := p.get(ctx, "/healthz"); err == nil {
			return p, nil
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			p.stop()
			return nil, fmt.Errorf("bench: the relay did not start: %s", p.out.String())
		}
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(os.Interrupt)
	_ = p.cmd.Wait()
	_ = os.RemoveAll(p.data)
}

func (p *process) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+path, nil)
	if err != nil {
		return nil, err
	}
	return do(request)
}

func do(request *http.Request) ([]byte, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode/100 != 2 {
		err = fmt.Errorf("bench: %s: %s %s", request.URL.Path, response.Status, b)
	}
	return b, err
}

// meeting opens a meeting and returns its code and where its relay answers.
func (p *process) meeting(ctx context.Context) (code, url string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.base+"/api/meetings", strings.NewReader(`{"title":"bench"}`))
	if err != nil {
		return "", "", err
	}
	request.Header.Set("Authorization", "Bearer "+hostKey)
	request.Header.Set("Content-Type", "application/json")
	b, err := do(request)
	if err != nil {
		return "", "", err
	}
	var made struct{ Code string }
	if err := json.Unmarshal(b, &made); err != nil {
		return "", "", err
	}
	if b, err = p.get(ctx, "/api/meetings/"+made.Code); err != nil {
		return "", "", err
	}
	var found struct{ Relays []struct{ URL string } }
	if err := json.Unmarshal(b, &found); err != nil || len(found.Relays) == 0 {
		return "", "", fmt.Errorf("bench: the meeting has no relay: %s", b)
	}
	return made.Code, found.Relays[0].URL, nil
}

// metrics reads the relay's metrics; labels are part of the name.
func (p *process) metrics(ctx context.Context) (map[string]float64, error) {
	b, err := p.get(ctx, "/metrics")
	if err != nil {
		return nil, err
	}
	out := map[string]float64{}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		if f, err := strconv.ParseFloat(value, 64); err == nil {
			out[name] = f
		}
	}
	return out, lines.Err()
}
