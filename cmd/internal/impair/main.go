package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/diemcau/diemcau/transport/transporttest"
)

type flags struct {
	Listen   string        `default:"127.0.0.1:9090" help:"Address for clients; port 0: any."`
	To       string        `default:"127.0.0.1:8080" help:"Address of the relay."`
	Line     line          `embed:""`
	Up       *line         `help:"The direction to the relay, as JSON, instead of the flags." placeholder:"JSON"`
	Down     *line         `help:"The direction to the clients, as JSON, instead of the flags." placeholder:"JSON"`
	Seed     uint64        `default:"1" help:"Seed of losses and jitter."`
	Idle     time.Duration `default:"2m" help:"How long a silent client keeps its port."`
	TCP      bool          `name:"tcp" default:"true" negatable:"" help:"Forward TCP on the same port, unimpaired."`
	Attached bool          `help:"End when standard input ends."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var f flags
	kong.Parse(&f, kong.Name("impair"), kong.Description("A bad line between clients and a relay, for tests."))
	if err := run(ctx, f, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "impair:", err)
		os.Exit(2)
	}
}

// run forwards until ctx is done, obeying the lines of in.
func run(ctx context.Context, f flags, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	up, down := cmp.Or(f.Up, &f.Line), cmp.Or(f.Down, &f.Line)
	proxy, err := transporttest.NewProxy(transporttest.ProxyConfig{
		Listen: f.Listen, To: f.To, Up: up.impairment(), Down: down.impairment(), Seed: f.Seed, TCP: f.TCP, Idle: f.Idle,
	})
	if err != nil {
		return err
	}
	c := &console{proxy: proxy, out: json.NewEncoder(out)}
	c.say(map[string]string{"listen": proxy.Addr().String()})
	// A read of standard input cannot be broken off: this goroutine ends with the input or with the process.
	go func() {
		c.obey(in)
		if f.Attached {
			cancel()
		}
	}()
	err = proxy.Run(ctx)
	c.say(proxy.Counters())
	return err
}

// console obeys the lines of standard input.
type console struct {
	proxy *transporttest.Proxy
	mu    sync.Mutex // guards out
	out   *json.Encoder
}

type order struct {
	Both     *line `json:"both"`
	Up       *line `json:"up"`
	Down     *line `json:"down"`
	Rebind   bool  `json:"rebind"`
	TCP      *bool `json:"tcp"`
	BadTCP   *bool `json:"badTCP"`
	UDP      *bool `json:"udp"`
	Counters bool  `json:"counters"`
}

func (c *console) obey(in io.Reader) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var o order
		err := strict(lines.Text(), &o)
		if err == nil {
			err = c.do(o)
		}
		switch {
		case err != nil:
			c.say(map[string]string{"error": err.Error()})
		case o.Counters:
			c.say(c.proxy.Counters())
		default:
			c.say(map[string]bool{"ok": true})
		}
	}
	if err := lines.Err(); err != nil && !errors.Is(err, os.ErrClosed) {
		c.say(map[string]string{"error": err.Error()})
	}
}

func (c *console) do(o order) error {
	if up := cmp.Or(o.Up, o.Both); up != nil {
		if err := c.proxy.SetUp(up.impairment()); err != nil {
			return err
		}
	}
	if down := cmp.Or(o.Down, o.Both); down != nil {
		if err := c.proxy.SetDown(down.impairment()); err != nil {
			return err
		}
	}
	if o.TCP != nil {
		c.proxy.BlockTCP(!*o.TCP)
	}
	if o.BadTCP != nil {
		c.proxy.ImpairTCP(*o.BadTCP)
	}
	if o.UDP != nil {
		c.proxy.BlockUDP(!*o.UDP)
	}
	if o.Rebind {
		c.proxy.Rebind()
	}
	return nil
}

// say prints one line. Who closed our output wants to hear nothing.
func (c *console) say(v any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.out.Encode(v)
}
