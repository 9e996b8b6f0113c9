package practice

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/bot"
	"github.com/diemcau/diemcau/relay/meeting"
	"github.com/diemcau/diemcau/transport"
	"github.com/diemcau/diemcau/transport/transporttest"
)

// Who is in a room: the one who practises, three communes, and the chair. The first four are numbered as in the plan, less one.
const (
	person = iota
	firstCommune
	_
	lastCommune
	chair
	everybody
)

const (
	title        = "Phòng tập"
	chairAccount = "practice-chair"
)

var names = [everybody]string{"Điểm cầu tập", "Xã Ga Ry (máy)", "Xã A Xan (máy)", "Xã Ch'Ơm (máy)", "Chủ tọa (máy)"}

func site(n int) string { return fmt.Sprintf("practice-%d", n) }

// plan is that of a practice meeting.
func plan() meeting.Plan {
	p := meeting.Plan{
		Body: "Phòng tập", Place: "Máy chủ", Minutes: int(Life / time.Minute), Mode: meeting.ModeModerated,
		Officers: []meeting.Officer{{Account: chairAccount, Name: names[chair], Role: meeting.RoleChair}},
		Script:   []meeting.Rule{{When: meeting.WhenDropped, After: 10, Do: meeting.DoNextReturn, Auto: true}},
	}
	for n := person; n <= lastCommune; n++ {
		p.Invited = append(p.Invited, meeting.Invited{N: n + 1, Site: site(n), Name: names[n], Members: 3})
	}
	for i, item := range []struct {
		title string
		by    int
	}{{"Điểm danh", 0}, {"Xã Ga Ry báo cáo", firstCommune + 1}, {"Điểm cầu tập báo cáo", person + 1}, {"Biểu quyết, kết luận", 0}} {
		p.Agenda = append(p.Agenda, meeting.Item{ID: i + 1, Title: item.title, By: item.by, Minutes: 2})
	}
	return p
}

// bad is the line of the communes: what they say must come through all the same.
var bad = transporttest.Impairment{Loss: 0.3, Delay: 75 * time.Millisecond}

//go:embed chair.ogg
var chairSpeech []byte

//go:embed commune.ogg
var communeSpeech []byte

// room is one practice meeting.
type room struct {
	config Config
	code   string
	pass   [everybody]string
	ears   [everybody]*ear // of the bots
}

func newRoom(c Config) *room {
	r := &room{config: c}
	for n := range r.pass {
		r.pass[n] = newPass()
		r.ears[n] = newEar()
	}
	return r
}

// errOver ends the bots of a room.
var errOver = errors.New("practice: the person has left")

// run lets the bots come and play until the person has left.
func (r *room) run(ctx context.Context) error {
	proxy, err := transporttest.NewProxy(transporttest.ProxyConfig{Listen: "127.0.0.1:0", To: r.config.Relay, Up: bad, Down: bad, Seed: 1})
	if err != nil {
		return err
	}
	line, stop := context.WithCancel(context.WithoutCancel(ctx)) // it outlives the bots, so that they can say goodbye
	defer stop()
	lines, line := errgroup.WithContext(line)
	lines.Go(func() error { return proxy.Run(line) })
	bots, inner := errgroup.WithContext(ctx)
	bots.Go(func() error { return r.chair(inner) })
	for n := firstCommune; n <= lastCommune; n++ {
		bots.Go(func() error { return r.commune(inner, n, proxy.Addr().String()) })
	}
	err = bots.Wait()
	stop()
	_ = lines.Wait()
	if errors.Is(err, errOver) {
		return nil
	}
	return err
}

// dial brings a bot in, over the relay's address that it is given.
func (r *room) dial(ctx context.Context, n int, relay string) (*client.Client, error) {
	return client.Dial(ctx, client.Config{
		Server: "https://" + relay, Meeting: r.code, Name: names[n], Muted: n == chair, Insecure: true, Logger: r.config.Logger,
		Found: &client.Meeting{Code: r.code, Relays: []client.Relay{{URL: "https://" + relay + transport.Path, Hashes: r.config.Hashes()}}},
		Led:   client.Led{Pass: r.pass[n], Event: r.ears[n].heard},
	})
}

// attend runs a bot's client beside what it does.
func attend(ctx context.Context, c *client.Client, do func(context.Context) error) error {
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() error { return c.Run(inner) })
	group.Go(func() error { return do(inner) })
	return group.Wait()
}

// commune says who is there when the roll is called, votes, and speaks when it is called.
func (r *room) commune(ctx context.Context, n int, relay string) error {
	c, err := r.dial(ctx, n, relay)
	if err != nil {
		return err
	}
	speech, err := bot.LoadSpeech(bytes.NewReader(communeSpeech))
	if err != nil {
		return err
	}
	return attend(ctx, c, func(ctx context.Context) error {
		for {
			e, err := r.ears[n].next(ctx)
			if err != nil {
				return nil
			}
			switch {
			case e.kind == meeting.KindRoll && e.Open:
				_, err = c.Do(ctx, "present", map[string]int{"headcount": 2 + n})
			case e.kind == meeting.KindPolled:
				_, err = c.Do(ctx, "vote", map[string]any{"poll": e.ID, "choice": []meeting.Choice{meeting.For, meeting.Against, meeting.Other}[n-firstCommune]})
			case e.kind == meeting.KindGranted && r.invited(c, e.seat) == n+1:
				err = r.report(ctx, c, speech)
			}
			if err := tolerable(err); err != nil {
				return err
			}
		}
	})
}

// report speaks for half a step, and gives the floor back.
func (r *room) report(ctx context.Context, c *client.Client, speech *bot.Speech) error {
	speaking, cancel := context.WithTimeout(ctx, r.config.Step/2)
	defer cancel()
	if err := bot.Speak(speaking, speech, c); err != nil {
		return err
	}
	_, err := c.Do(ctx, "yield", nil)
	return err
}

// invited returns which of the invited a seat is of, 0 for none.
func (r *room) invited(c *client.Client, seat string) int {
	for _, s := range c.Seats() {
		if s.ID == seat {
			return s.Invited
		}
	}
	return 0
}

// tolerable passes over what the rules did not allow: the person may have been quicker.
func tolerable(err error) error {
	if errors.As(err, new(*client.Refusal)) {
		return nil
	}
	return err
}
