// Command diemcau is Điểm Cầu in one program: the relay with its page and control plane, and what one needs beside it. It only
// reads flags, files and the environment, and wires the packages together.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands are the subcommands; kong fills them in.
type commands struct {
	Serve     ServeCmd     `cmd:"" help:"Run the server: the relay, the page, the API."`
	Site      SiteCmd      `cmd:"" help:"Run a site's end of a poor line: the page for the building, and the meeting for everybody in it."`
	Meeting   MeetingCmd   `cmd:"" help:"Open meetings on a server."`
	Admin     AdminCmd     `cmd:"" help:"Get in again as the administrator of a server."`
	SiteToken SiteTokenCmd `cmd:"" help:"Say which sites (rooms) may join a server: issue, list and revoke their tokens."`
	Export    ExportCmd    `cmd:"" help:"Write a meeting out: its minutes, its attendance sheet, or all that happened."`
	Bot       BotCmd       `cmd:"" help:"Join a meeting without a person: for tests, load, and people who script."`
	Bench     BenchCmd     `cmd:"" help:"Measure."`
	Version   VersionCmd   `cmd:"" help:"Print the version."`
}

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // a flag, a file or a folder that was given cannot be used
)

// run does what the arguments say and returns the exit code.
func run(args []string, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	parser, err := kong.New(&commands{},
		kong.Name("diemcau"),
		kong.Description("Điểm Cầu: họp trực tuyến nghe rõ cả khi đường truyền yếu. Meetings that are heard, even on a poor line."),
		kong.Bind(&settings{}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		panic(err) // the tags of the commands are wrong
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if err == nil {
		err = parsed.Run()
	} else {
		err = badArguments(err)
	}
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, new(usageError)):
		fmt.Fprintln(stderr, "diemcau:", err)
		return exitUsage
	}
	fmt.Fprintln(stderr, "diemcau:", err)
	return exitFailed
}

// usageError is a mistake in what diemcau was told; its text is one sentence with the way out.
type usageError struct{ error }

// Unwrap implements the errors package's convention.
func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// badArguments adds the way out to what kong says.
func badArguments(err error) error {
	var parse *kong.ParseError
	if errors.As(err, new(usageError)) || !errors.As(err, &parse) {
		return usageError{err}
	}
	command := "diemcau"
	if c := parse.Context.Command(); c != "" {
		command += " " + c
	}
	return usagef("tham số không đúng, xem %s --help / %w; %[1]s --help tells more", command, err)
}

// VersionCmd is "diemcau version".
type VersionCmd struct{}

// Run prints the version.
func (VersionCmd) Run() error {
	_, err := fmt.Println("diemcau", build())
	return err
}

// build names this build: a released version, a commit, or "dev".
func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "dev"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "dev"
}

// program is how this program was called, to be used in advice.
func program() string {
	if path, err := os.Executable(); err == nil && strings.Contains(path, string(filepath.Separator)+"go-build") {
		return "go run ./cmd/diemcau"
	}
	return os.Args[0]
}
