import type { Call } from "../meeting/call";
import { countSeats, density, isElsewhere, type Mark, markOf, orderSeats } from "../meeting/seats";
import type { Seat } from "../meeting/view";
import { AwayIcon, EarIcon, MicIcon, MicOffIcon } from "./icons";
import { text } from "./text";

/** Everyone in the meeting, each in a place that stays. */
export function Attendance({ call }: { call: Call }) {
  const t = text.value;
  const you = call.you.value;
  const seats = orderSeats(call.seats.value.values(), you);
  const own = call.seats.value.get(you ?? "");
  const beyond = call.above.away.value ? seats.filter((seat) => isElsewhere(seat, own)) : [];
  const { here, away } = countSeats(seats.filter((seat) => !beyond.includes(seat)));
  const { main, now, others } = call.speaking.value;
  const speaks = (id: string) => now && (id === main || others.includes(id));
  return (
    <section class="attendance" aria-labelledby="attendance">
      <h2 id="attendance">
        {t.attendance}
        <span class="counts">
          <span>{t.hereCount(here)}</span>
          {beyond.length > 0 && <span>{t.beyondCount(beyond.length)}</span>}
          {away > 0 && <span class="away">{t.awayCount(away)}</span>}
        </span>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard */}
      <ul class={`seats ${density(seats.length)}`} aria-labelledby="attendance" tabIndex={0}>
        {seats.map((seat) => (
          <SeatView
            key={seat.id}
            seat={seat}
            you={seat.id === you}
            mark={beyond.includes(seat) ? "beyond" : markOf(seat, speaks(seat.id))}
          />
        ))}
      </ul>
    </section>
  );
}

const marks = {
  beyond: { icon: AwayIcon, words: "markBeyond" },
  away: { icon: AwayIcon, words: "markAway" },
  listen: { icon: EarIcon, words: "markListen" },
  muted: { icon: MicOffIcon, words: "markMuted" },
  speaking: { icon: MicIcon, words: "markSpeaking" },
} as const;

function SeatView({ seat, you, mark }: { seat: Seat; you: boolean; mark: Mark }) {
  const t = text.value;
  const look = mark && marks[mark];
  return (
    <li class={`seat ${mark ?? ""} ${you ? "you" : ""}`}>
      <span class="seat-name" title={seat.name}>
        {seat.name}
      </span>
      {(you || look) && (
        <span class="seat-mark">
          {you && <span class="seat-you">{t.you}</span>}
          {look && <look.icon />}
          {look && t[look.words]}
        </span>
      )}
    </li>
  );
}
