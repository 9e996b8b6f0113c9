//go:build unix

package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/diemcau/diemcau/relay/store"
)

// A test starts this binary again, with what it shall do in the environment.
const (
	childTask = "DIEMCAU_STORE_TASK"
	childDir  = "DIEMCAU_STORE_DIR"
)

// child runs what a test wants to run in a process of its own, until it is killed or its standard input ends.
func child() {
	task := map[string]func(dir string) error{"append": appendForever, "limited": appendBeyondTheLimit, "serve": serve}[os.Getenv(childTask)]
	if task == nil {
		return
	}
	if err := task(os.Getenv(childDir)); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// process is a child and what it prints.
type process struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
	stdin io.Closer
}

func startChild(t *testing.T, task, dir string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childTask+"="+task, childDir+"="+dir)
	cmd.Stderr = os.Stderr
	stdout, err1 := cmd.StdoutPipe()
	stdin, err2 := cmd.StdinPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd, bufio.NewScanner(stdout), stdin}
	t.Cleanup(p.kill)
	return p
}

// line is the next one that the child prints, "" when it has ended.
func (p *process) line() string {
	p.lines.Scan()
	return p.lines.Text()
}

// kill is kill -9. What was printed before can be read afterwards no more.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// end lets a server end, and waits for it.
func (p *process) end(t *testing.T) {
	t.Helper()
	if err := errors.Join(p.stdin.Close(), p.cmd.Wait()); err != nil {
		t.Fatal(err)
	}
}

// number reads "what n".
func (p *process) number(t *testing.T, what string) uint64 {
	t.Helper()
	line := p.line()
	var n uint64
	if _, err := fmt.Sscanf(line, what+" %d", &n); err != nil {
		t.Fatalf("the child said %q, not %s", line, what)
	}
	return n
}

func openHere(dir string) (*store.Store, error) {
	return store.Open(context.Background(), store.Config{Dir: dir, Logger: quiet()})
}

// appendForever checks the log and appends groups, telling how many events it found and, after each append, how many there are.
func appendForever(dir string) error {
	s, err := openHere(dir)
	if err != nil {
		return err
	}
	n, err := checkGroups(s.Log())
	if err != nil {
		return err
	}
	fmt.Println("found", n)
	for {
		group := groupAt(n)
		if err := s.Log().Append("m", n, group...); err != nil {
			return err
		}
		n += uint64(len(group))
		fmt.Println("has", n)
	}
}

// groupAt is what is appended after n events: one to sixteen events of which each tells its number and where its group begins and ends.
func groupAt(n uint64) [][]byte {
	size := n*7%16 + 1
	var group [][]byte
	for i := range size {
		group = append(group, fmt.Appendf(nil, "%d in %d..%d %s", n+i+1, n+1, n+size, strings.Repeat("x", int(n*31%500))))
	}
	return group
}

// checkGroups returns the number of events, or an error if one is missing or a group is not whole.
func checkGroups(l store.Log) (n uint64, err error) {
	last := uint64(0)
	err = l.Read("m", 0, func(event []byte) error {
		var at, first, end uint64
		if _, err := fmt.Sscanf(string(event), "%d in %d..%d", &at, &first, &end); err != nil {
			return err
		}
		if n++; at != n || n <= last && end != last || n > last && first != n {
			return fmt.Errorf("event %d of %d..%d comes as number %d, after a group that ends at %d", at, first, end, n, last)
		}
		last = end
		return nil
	})
	if err == nil && n != last {
		err = fmt.Errorf("the last group ends at %d, but there are %d events", last, n)
	}
	return n, err
}

// appendBeyondTheLimit lets writes fail in the middle of a file, as on a full disk.
func appendBeyondTheLimit(dir string) error {
	signal.Ignore(syscall.SIGXFSZ)
	s, err := openHere(dir)
	if err != nil {
		return err
	}
	if err := limitFiles(300 << 10); err != nil {
		return err
	}
	n := uint64(0)
	for {
		group := groupAt(n)
		if err = s.Log().Append("m", n, group...); err != nil {
			break
		}
		n += uint64(len(group))
	}
	fmt.Printf("refused after %d: %v\n", n, err)
	if kept, err := checkGroups(s.Log()); err != nil || kept != n {
		return fmt.Errorf("%d events are kept of %d: %w", kept, n, err)
	}
	if err := limitFiles(1 << 30); err != nil {
		return err
	}
	for range 50 {
		group := groupAt(n)
		if err := s.Log().Append("m", n, group...); err != nil {
			return fmt.Errorf("with room again: %w", err)
		}
		n += uint64(len(group))
	}
	kept, err := checkGroups(s.Log())
	if err != nil || kept != n {
		return fmt.Errorf("in the end %d events are kept of %d: %w", kept, n, err)
	}
	if err := s.Close(); err != nil {
		return err
	}
	fmt.Println("kept", n)
	return nil
}

func limitFiles(size uint64) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	limit.Cur = size
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
}

// serve is an outside server with the configuration file nats.conf of a folder: it prints its URL and runs until its standard input ends.
func serve(dir string) error {
	o, err := server.ProcessConfigFile(filepath.Join(dir, "nats.conf"))
	if err != nil {
		return err
	}
	o.NoSigs, o.NoLog = true, true
	s, err := server.NewServer(o)
	if err != nil {
		return err
	}
	s.Start()
	if !s.ReadyForConnections(20 * time.Second) {
		return errors.New("not ready")
	}
	fmt.Println(s.ClientURL())
	_, _ = io.Copy(io.Discard, os.Stdin)
	s.Shutdown()
	s.WaitForShutdown()
	return nil
}
