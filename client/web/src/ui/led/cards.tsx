import { useSignal } from "@preact/signals";
import type { Call } from "../../meeting/call";
import { isOfficer, voterOf } from "../../meeting/rights";
import type { Poll, Seat } from "../../meeting/view";
import { PollCard } from "./poll";
import { RollCard } from "./roll";
import { TaskCard } from "./work";

/** Whether a poll waits for this room's vote. */
const isAsked = (poll: Poll, own: Seat | undefined) =>
  !poll.closed && own !== undefined && (own.role === "site" || isOfficer(own.role)) && !poll.votes[voterOf(own)];

/** What is asked of this room now: one thing after the other, and below what it has answered. */
export function Cards({ call }: { call: Call }) {
  const { polls, roll, conclusions } = call.view.value;
  const own = call.own.value;
  const read = useSignal<readonly string[]>(polls.filter(({ closed }) => closed).map(({ id }) => id));
  const invited = own?.role === "site" ? own.invited : undefined;
  const unread = polls.filter(({ id }) => !read.value.includes(id));
  const poll = unread.find((one) => isAsked(one, own)) ?? unread.at(-1);
  const task = conclusions.find((c) => invited && c.units.includes(invited) && !c.acknowledged.includes(invited));
  const present = invited ? roll.present[invited] : undefined;
  // A form that nobody fills in must not hide what comes after it.
  const forms = {
    poll: poll !== undefined && isAsked(poll, own),
    task: task !== undefined,
    roll: roll.open && !present,
  };
  const first = (["poll", "task", "roll"] as const).find((what) => forms[what]);
  const shows = (what: keyof typeof forms) => first === undefined || first === what;
  return (
    <div class="cards">
      {task && shows("task") && <TaskCard call={call} task={task} />}
      {poll && shows("poll") && (
        <PollCard
          key={poll.id}
          call={call}
          poll={poll}
          onClose={() => {
            read.value = [...read.value, poll.id];
          }}
        />
      )}
      {roll.open && invited && shows("roll") && <RollCard key={invited} call={call} present={present} />}
    </div>
  );
}
