package main

import (
	"bufio"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"diemcau": main}) }

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Values["servers"] = map[string]*running{}
			return writeCertificates(e.WorkDir)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"usage":     cmdUsage,
			"serve":     cmdServe,
			"terminate": cmdTerminate,
			"take":      cmdTake,
			"fetch":     cmdFetch,
			"id":        cmdID,
			"first":     cmdFirst,
		},
	})
}

// cmdUsage is "usage REGEXP ARGS...": diemcau ends with code 2 and one line on standard error that matches.
func cmdUsage(ts *testscript.TestScript, _ bool, args []string) {
	out, stderr, code := call(ts, args[1:])
	if code != exitUsage {
		ts.Fatalf("exit code %d, want %d: %s", code, exitUsage, stderr)
	}
	if out != "" || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "diemcau: ") {
		ts.Fatalf("want one line on standard error alone, got %q and %q", out, stderr)
	}
	if !regexp.MustCompile(args[0]).MatchString(stderr) {
		ts.Fatalf("%q does not match %q", stderr, args[0])
	}
}

func call(ts *testscript.TestScript, args []string) (stdout, stderr string, code int) {
	cmd := command(ts, args)
	var out, err strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &err
	var exit *exec.ExitError
	if failed := cmd.Run(); failed != nil && !errors.As(failed, &exit) {
		ts.Fatalf("%v", failed)
	}
	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}

func command(ts *testscript.TestScript, args []string) *exec.Cmd {
	program, err := exec.LookPath(filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "diemcau"))
	ts.Check(err)
	cmd := exec.Command(program, args...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = []string{"HOME=" + ts.Getenv("HOME"), "TESTSCRIPT_COMMAND=diemcau"}
	for _, name := range []string{"LISTEN", "HOST_KEY", "CONFIG", "DATA", "LOG_LEVEL", "TLS"} {
		if v := ts.Getenv("DIEMCAU_" + name); v != "" {
			cmd.Env = append(cmd.Env, "DIEMCAU_"+name+"="+v)
		}
	}
	return cmd
}

// running is a server that a script started.
type running struct {
	cmd    *exec.Cmd
	stderr strings.Builder
	rest   chan string // standard output after the banner's first lines, when it has ended
}

// cmdServe is "serve NAME ARGS...": a server runs in the background; $NAME_URL is its page, $NAME_PORT its port, $NAME_KEY its host key.
func cmdServe(ts *testscript.TestScript, _ bool, args []string) {
	name := args[0]
	s := &running{cmd: command(ts, append([]string{"serve"}, args[1:]...)), rest: make(chan string, 1)}
	stdout, err := s.cmd.StdoutPipe()
	ts.Check(err)
	s.cmd.Stderr = &s.stderr
	ts.Check(s.cmd.Start())
	ts.Value("servers").(map[string]*running)[name] = s
	ts.Defer(func() { _ = s.cmd.Process.Kill() })

	lines := bufio.NewScanner(stdout)
	set := func(label, variable string) {
		for lines.Scan() {
			if _, value, ok := strings.Cut(lines.Text(), label); ok {
				ts.Setenv(name+variable, value)
				return
			}
		}
		_ = s.cmd.Wait()
		ts.Fatalf("the server did not print %q: %s", label, s.stderr.String())
	}
	set("Page: ", "_URL")
	set("Host key: ", "_KEY")
	_, port, _ := strings.Cut(strings.TrimPrefix(ts.Getenv(name+"_URL"), "http"), ":")
	ts.Setenv(name+"_PORT", port[strings.LastIndexByte(port, ':')+1:])
	go func() {
		var rest strings.Builder
		for lines.Scan() {
			rest.WriteString(lines.Text() + "\n")
		}
		s.rest <- rest.String()
	}()
}

// cmdTerminate is "terminate NAME [FILE]": the server gets SIGTERM, ends well within 3 s, and has printed FILE.
func cmdTerminate(ts *testscript.TestScript, _ bool, args []string) {
	s := ts.Value("servers").(map[string]*running)[args[0]]
	began := time.Now()
	ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	rest := <-s.rest
	if err := s.cmd.Wait(); err != nil {
		ts.Fatalf("the server ended with %v: %s", err, s.stderr.String())
	}
	if took := time.Since(began); took > 3*time.Second {
		ts.Fatalf("it took %v", took)
	}
	if len(args) > 1 {
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(rest+s.stderr.String()), 0o600))
	}
}

// cmdTake is "take tcp|udp VARIABLE": another program has a port of this network.
func cmdTake(ts *testscript.TestScript, _ bool, args []string) {
	var addr net.Addr
	if args[0] == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		ts.Check(err)
		ts.Defer(func() { _ = c.Close() })
		addr = c.LocalAddr()
	} else {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		ts.Defer(func() { _ = l.Close() })
		addr = l.Addr()
	}
	ts.Setenv(args[1], addr.String())
}

// cmdFetch is "fetch URL REGEXP": the answer of a GET, status line first, matches; certificates are not looked at.
func cmdFetch(ts *testscript.TestScript, neg bool, args []string) {
	text, err := fetch(args[0], &tls.Config{InsecureSkipVerify: true})
	ts.Check(err)
	if regexp.MustCompile(args[1]).MatchString(text) == neg {
		ts.Fatalf("%s answers %s", args[0], text)
	}
}

// cmdFirst is "first VARIABLE FILE": $VARIABLE is the first line of the file.
func cmdFirst(ts *testscript.TestScript, _ bool, args []string) {
	line, _, _ := strings.Cut(ts.ReadFile(args[1]), "\n")
	ts.Setenv(args[0], line)
}

// cmdID is "id VARIABLE URL KEY NAME": $VARIABLE is the id of the site with this name.
func cmdID(ts *testscript.TestScript, _ bool, args []string) {
	out, stderr, _ := call(ts, []string{"site-token", "list", "--server", args[1], "--host-key", args[2]})
	for line := range strings.Lines(out) {
		if strings.HasSuffix(line, " "+args[3]+"\n") {
			ts.Setenv(args[0], strings.Fields(line)[0])
			return
		}
	}
	ts.Fatalf("no site %s in %s%s", args[3], out, stderr)
}
