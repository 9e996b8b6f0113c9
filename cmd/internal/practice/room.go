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

// Who is in a room: a site, three communes on bad lines, and the chair. The one who practises is the site or the chair. The first four are numbered as in the
// plan, less one.
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
	chairs bool // the person is the chair
	pass   [everybody]string
	ears   [everybody]*ear // of the bots
}

func newRoom(c Config, asChair bool) *room {
	r := &room{config: c, chairs: asChair}
	for n := range r.pass {
		r.pass[n] = newPass()
		r.ears[n] = newEar()
	}
	return r
}

// pupil is which of them the person is.
func (r *room) pupil() int {
	if r.chairs {
		return chair
	}
	return person
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
	if r.chairs {
		bots.Go(func() error { return r.usher(inner) })
	} else {
		bots.Go(func() error { return r.chair(inner) })
	}
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

// commune does what a site does, on a bad line.
func (r *room) commune(ctx context.Context, n int, relay string) error {
	return r.attend(ctx, n, relay, func(ctx context.Context, v *villager) error {
		for {
			e, err := r.ears[n].next(ctx)
			if err != nil {
				return nil
			}
			if err := v.react(ctx, e); err != nil {
				return err
			}
		}
	})
}

// usher is the site of a room whose chair practises: it wants to speak again and again, until the chair has left; it ends with errOver.
func (r *room) usher(ctx context.Context) error {
	return r.attend(ctx, person, r.config.Relay, func(ctx context.Context, v *villager) error {
		away := time.Duration(0)
		for away < patience*r.config.Step {
			var failed error
			_, err := r.ears[person].until(ctx, r.config.Step, func(e heard) bool {
				failed = errors.Join(failed, v.react(ctx, e))
				return failed != nil
			})
			if err != nil {
				return nil
			}
			if away += r.config.Step; r.led(v.Client) {
				away = 0
				_, err := v.Do(ctx, "raise", map[string]string{"reason": "Xin báo cáo thêm"})
				failed = errors.Join(failed, tolerable(err))
			}
			if failed != nil {
				return failed
			}
		}
		return errOver
	})
}

// led says whether the chair is here.
func (r *room) led(c *client.Client) bool {
	for _, s := range c.Seats() {
		if s.Role == string(meeting.RoleChair) && s.Here {
			return true
		}
	}
	return false
}

// villager is the bot of a site.
type villager struct {
	*client.Client
	room   *room
	n      int
	speech *bot.Speech
}

// attend brings the bot of a site in and lets it do something.
func (r *room) attend(ctx context.Context, n int, relay string, do func(context.Context, *villager) error) error {
	c, err := r.dial(ctx, n, relay)
	if err != nil {
		return err
	}
	speech, err := bot.LoadSpeech(bytes.NewReader(communeSpeech))
	if err != nil {
		return err
	}
	return attend(ctx, c, func(ctx context.Context) error { return do(ctx, &villager{c, r, n, speech}) })
}

// react says who is there when the roll is called, votes, and speaks when it is called.
func (v *villager) react(ctx context.Context, e heard) (err error) {
	switch {
	case e.kind == meeting.KindRoll && e.Open:
		_, err = v.Do(ctx, "present", map[string]int{"headcount": 2 + v.n})
	case e.kind == meeting.KindPolled:
		_, err = v.Do(ctx, "vote", map[string]any{"poll": e.ID, "choice": []meeting.Choice{meeting.Other, meeting.For, meeting.Against, meeting.For}[v.n]})
	case e.kind == meeting.KindGranted && v.invited(e.seat) == v.n+1:
		err = v.report(ctx)
	}
	return tolerable(err)
}

// report speaks for half a step, and gives the floor back.
func (v *villager) report(ctx context.Context) error {
	speaking, cancel := context.WithTimeout(ctx, v.room.config.Step/2)
	defer cancel()
	if err := bot.Speak(speaking, v.speech, v.Client); err != nil {
		return err
	}
	_, err := v.Do(ctx, "yield", nil)
	return err
}

// invited returns which of the invited a seat is of, 0 for none.
func (v *villager) invited(seat string) int {
	for _, s := range v.Seats() {
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
