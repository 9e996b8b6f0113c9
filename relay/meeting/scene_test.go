package meeting

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// scene is a meeting with a plan and people whom a test knows by name.
type scene struct {
	*room
	who map[string]Seat
	ids int
}

// syllables of names as they are in the mountains.
var syllables = strings.Fields("Ga Ry Tr'Hy Xan Mường Lát Pù Nhi Sơn Chà Vàl Dêê Đắc Pring Zuôich Tà Bhing Cà Dy Chơ Chun Tôi Pơơ Thạnh Mỹ Lăng Bha Nông Tiêng Dang " +
	"Vương Sông Kôn Jơ Ngây Ating Tư Ba Hiên Phước Chánh Kim Đức Lộc Thành Hòa Xuân Trà Leng Linh Cang Don Mai Vân Giác Giáp Bui Tân Quang Trung Lý Thu Cúc Nậm " +
	"Cắn Kẻng Đu Mường Típ Xén Tù Keo Nọi Hữu Kiệm Phà Đánh Tây Thượng Hạ Bản Khoai Sín Chéng Lùng Phình Tả Van Chải Nàn Sán Cốc Mỳ Ý Tý Trịnh Tường Bát Xát")

// commune names the n-th invited site, from 1; no two are the same.
func commune(n int) string {
	x := uint32(n) * 2_654_435_761
	return fmt.Sprintf("Xã %s %s", syllables[n%len(syllables)], syllables[int(x>>16)%len(syllables)])
}

// plan is that of a meeting with so many sites, of which the first ones report, one after another.
func plan(invited, reports int) Plan {
	p := Plan{
		Starts: 1_780_000_000_000, Minutes: 90, Place: "Hội trường UBND huyện", Body: "UBND huyện Nam Giang", Mode: ModeModerated, Lobby: true,
		Officers: []Officer{
			{Account: "chu-toa", Name: "Nguyễn Văn A", Role: RoleChair},
			{Account: "pho", Name: "Trần Thị B", Role: RoleDeputy},
			{Account: "thu-ky", Name: "Lê C", Role: RoleSecretary},
			{Account: "ky-thuat", Name: "Phạm D", Role: RoleTechnician},
		},
	}
	for n := 1; n <= invited; n++ {
		p.Invited = append(p.Invited, Invited{N: n, Site: fmt.Sprint("site-", n), Name: commune(n), Unit: fmt.Sprint("unit-", n), Members: 3 + n*n%17})
	}
	for n := 1; n <= reports; n++ {
		p.Agenda = append(p.Agenda, Item{ID: n, Title: fmt.Sprintf("Báo cáo tình hình mưa lũ của %s", commune(n)), By: n, Minutes: 7})
	}
	return p
}

// stage prepares a meeting and lets its officers in.
func stage(t testing.TB, p Plan) *scene {
	t.Helper()
	sc := &scene{room: open(t), who: map[string]Seat{}}
	sc.by(By{Account: "root", Role: RoleAdmin}, Prepare{p})
	for _, o := range p.Officers {
		sc.enter(string(o.Role), Join{Name: o.Name, Who: Identity{Account: o.Account}})
	}
	return sc
}

func (sc *scene) enter(who string, j Join) Seat {
	sc.t.Helper()
	seat := sc.join(sc.state.Ms, j)
	sc.who[who] = seat
	return seat
}

// site lets the n-th invited site in.
func (sc *scene) site(n int) Seat {
	sc.t.Helper()
	return sc.enter(fmt.Sprint(n), Join{Who: Identity{Site: fmt.Sprint("site-", n)}})
}

func (sc *scene) id(who string) string { return sc.who[who].ID }

// ask lets somebody of the scene command something now.
func (sc *scene) ask(who string, a Action) ([]Event, error) {
	sc.t.Helper()
	return sc.tryBy(By{Seat: sc.id(who)}, a)
}

func (sc *scene) tryBy(by By, a Action) ([]Event, error) {
	sc.t.Helper()
	sc.ids++
	return sc.try(Command{ID: fmt.Sprint("c", sc.ids), Ms: sc.state.Ms, By: by, Do: a})
}

// by lets somebody outside command something that must be done.
func (sc *scene) by(by By, a Action) []Event {
	sc.t.Helper()
	events, err := sc.tryBy(by, a)
	if err != nil {
		sc.t.Fatalf("%+v of %+v: %v", a, by, err)
	}
	return events
}

// does lets somebody of the scene do something that leads to events of these kinds.
func (sc *scene) does(who string, a Action, want string) {
	sc.t.Helper()
	events, err := sc.ask(who, a)
	if err != nil {
		sc.t.Fatalf("%T of %s: %v", a, who, err)
	}
	sc.expect(fmt.Sprintf("%T of %s", a, who), events, want)
}

// refuses holds that somebody is refused something, without an event.
func (sc *scene) refuses(who string, a Action, want error) {
	sc.t.Helper()
	n := sc.state.N
	if events, err := sc.ask(who, a); !errors.Is(err, want) || events != nil || sc.state.N != n {
		sc.t.Fatalf("%+v of %s: %v, %v, want %v", a, who, events, err, want)
	}
}

// loses lets a session of somebody of the scene go, and waits.
func (sc *scene) loses(who string, wait int64) {
	sc.t.Helper()
	seat, _ := sc.state.Seat(sc.id(who))
	sc.do(sc.state.Ms, Lose{seat.ID, seat.Publication})
	sc.mark(wait)
}

// returns lets a lost session of somebody of the scene go on.
func (sc *scene) returns(who string) {
	sc.t.Helper()
	seat, _ := sc.state.Seat(sc.id(who))
	sc.do(sc.state.Ms, Return{seat.ID, seat.Publication})
}

// mark lets time pass.
func (sc *scene) mark(ms int64) { sc.state.Ms += ms }
