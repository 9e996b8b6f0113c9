package practice

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"github.com/diemcau/diemcau/client"
	"github.com/diemcau/diemcau/cmd/internal/bot"
	"github.com/diemcau/diemcau/relay/meeting"
)

// patience is how many steps the chair waits for the person to come, or to come back.
const patience = 20

// leader is the chair's bot.
type leader struct {
	*client.Client
	room   *room
	ear    *ear
	speech *bot.Speech
}

// chair leads the meeting as long as the person is there; it ends with errOver.
func (r *room) chair(ctx context.Context) error {
	c, err := r.dial(ctx, chair, r.config.Relay)
	if err != nil {
		return err
	}
	l := &leader{Client: c, room: r, ear: r.ears[chair]}
	if l.speech, err = bot.LoadSpeech(bytes.NewReader(chairSpeech)); err != nil {
		return err
	}
	return attend(ctx, c, func(ctx context.Context) error {
		if err := l.lead(ctx); err != nil {
			return err
		}
		leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = l.do(leaving, "close", nil)
		return errOver
	})
}

// lead goes round and round, until the person has left.
func (l *leader) lead(ctx context.Context) error {
	begun := false
	for {
		if there, err := l.there(ctx); err != nil || !there {
			return err
		}
		if !begun {
			begun = true
			if err := l.begin(ctx); err != nil {
				return err
			}
		}
		for _, lesson := range []func(context.Context) error{l.roll, l.neighbour, l.call, l.hand, l.vote, l.free} {
			if l.seat() == "" {
				break
			}
			if err := tolerable(lesson(ctx)); err != nil {
				return err
			}
		}
		if _, err := l.ear.until(ctx, l.room.config.Step/10, func(heard) bool { return false }); err != nil { // also if all was refused
			return err
		}
	}
}

// seat is the person's, if they are here.
func (l *leader) seat() string {
	for _, s := range l.Seats() {
		if s.Invited == person+1 && s.Here {
			return s.ID
		}
	}
	return ""
}

// there waits until the person is here, and says whether they came.
func (l *leader) there(ctx context.Context) (bool, error) {
	if l.seat() != "" {
		return true, nil
	}
	return l.ear.until(ctx, patience*l.room.config.Step, func(heard) bool { return l.seat() != "" })
}

func (l *leader) do(ctx context.Context, act string, members any) error {
	_, err := l.Do(ctx, act, members)
	return err
}

// tell writes a hint for everybody to read.
func (l *leader) tell(ctx context.Context, text string) error {
	return l.do(ctx, "say", map[string]string{"to": meeting.ToAll, "text": text})
}

// all does one thing after the other.
func all(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// begin opens the meeting and welcomes the person.
func (l *leader) begin(ctx context.Context) error {
	return all(
		ctx,
		func(ctx context.Context) error { return tolerable(l.do(ctx, "open", nil)) },
		func(ctx context.Context) error {
			return l.do(ctx, "notice", map[string]string{"text": "Đây là phòng tập: các điểm cầu khác là máy, xin cứ bấm thử mọi nút. / A practice room: the others are machines; try every button."})
		},
		l.welcome,
	)
}

// welcome speaks the chair's sentences.
func (l *leader) welcome(ctx context.Context) error {
	if err := l.Mute(false); err != nil {
		return err
	}
	speaking, cancel := context.WithTimeout(ctx, l.room.config.Step/2)
	defer cancel()
	if err := bot.Speak(speaking, l.speech, l.Client); err != nil {
		return err
	}
	return l.Mute(true)
}

// byPerson says whether an event of a kind is the person's.
func (l *leader) byPerson(kind meeting.Kind) func(heard) bool {
	return func(h heard) bool { return h.kind == kind && h.seat == l.seat() }
}

// lesson says what to press, and waits until the person has done it.
func (l *leader) lesson(ctx context.Context, hint string, kind meeting.Kind) error {
	if err := l.tell(ctx, hint); err != nil {
		return err
	}
	done, err := l.ear.until(ctx, l.room.config.Step, l.byPerson(kind))
	if err == nil && done {
		err = l.tell(ctx, "Rất tốt. / Well done.")
	}
	return err
}

func (l *leader) roll(ctx context.Context) error {
	if err := l.do(ctx, "roll", map[string]bool{"open": true}); err != nil {
		return err
	}
	if err := l.lesson(ctx, "Điểm danh: xin ghi số người dự ở điểm cầu của mình rồi bấm gửi. / Roll call: say how many sit at your site.", meeting.KindPresent); err != nil {
		return err
	}
	return l.do(ctx, "roll", map[string]bool{"open": false})
}

// neighbour calls a commune on its bad line.
func (l *leader) neighbour(ctx context.Context) error {
	if err := l.tell(ctx, "Mời Xã Ga Ry báo cáo; đường truyền của xã mất 30% gói tin. / Ga Ry reports; its line loses 30% of all packets."); err != nil {
		return err
	}
	if err := l.do(ctx, "call", map[string]int{"invited": firstCommune + 1}); err != nil {
		return err
	}
	_, err := l.ear.until(ctx, 2*l.room.config.Step, func(h heard) bool { return h.kind == meeting.KindYielded })
	return err
}

// call calls the person.
func (l *leader) call(ctx context.Context) error {
	if err := l.do(ctx, "call", map[string]int{"invited": person + 1}); err != nil {
		return err
	}
	if err := l.lesson(ctx, "Mời Điểm cầu tập phát biểu: xin nói thử, nói xong bấm «Kết thúc phát biểu». / It is your turn: speak, then give the floor back.", meeting.KindYielded); err != nil {
		return err
	}
	return l.do(ctx, "take", nil)
}

// hand waits for a raised hand, and calls whose it is.
func (l *leader) hand(ctx context.Context) error {
	if err := l.lesson(ctx, "Xin bấm «Giơ tay» để đăng ký phát biểu. / Raise your hand.", meeting.KindRaised); err != nil {
		return err
	}
	if err := tolerable(l.do(ctx, "next", nil)); err != nil {
		return err
	}
	if _, err := l.ear.until(ctx, l.room.config.Step, func(h heard) bool { return h.kind == meeting.KindYielded }); err != nil {
		return err
	}
	return l.do(ctx, "take", nil)
}

func (l *leader) vote(ctx context.Context) error {
	n, err := l.Do(ctx, "poll", map[string]string{"question": "Đồng ý kết thúc lượt tập này? / Shall this round end?"})
	if err != nil {
		return err
	}
	if err := l.lesson(ctx, "Biểu quyết: xin chọn một ý kiến. / A poll: choose an answer.", meeting.KindVoted); err != nil {
		return err
	}
	return l.do(ctx, "end-poll", map[string]string{"poll": strconv.FormatUint(n, 10)})
}

// free lets everybody speak for a step.
func (l *leader) free(ctx context.Context) error {
	if err := l.do(ctx, "mode", map[string]meeting.Mode{"mode": meeting.ModeFree}); err != nil {
		return err
	}
	if err := l.tell(ctx, "Chế độ tự do: ai cũng nói được. Sau đó tập lại từ đầu. / Everybody may speak; then we begin again."); err != nil {
		return err
	}
	if _, err := l.ear.until(ctx, l.room.config.Step, func(heard) bool { return l.seat() == "" }); err != nil {
		return err
	}
	return l.do(ctx, "mode", map[string]meeting.Mode{"mode": meeting.ModeModerated})
}
