import { useSignal } from "@preact/signals";
import type { Call } from "../../meeting/call";
import { PollCard } from "./poll";
import { RollCard } from "./roll";
import { TaskCard } from "./work";

/** What is asked of this room now. */
export function Cards({ call }: { call: Call }) {
  const { polls, roll, conclusions } = call.view.value;
  const own = call.own.value;
  const read = useSignal<readonly string[]>(polls.filter(({ closed }) => closed).map(({ id }) => id));
  const poll = polls.filter(({ id }) => !read.value.includes(id)).at(-1);
  const invited = own?.role === "site" ? own.invited : undefined;
  const task = conclusions.find((c) => invited && c.units.includes(invited) && !c.acknowledged.includes(invited));
  return (
    <div class="cards">
      {poll && (
        <PollCard
          key={poll.id}
          call={call}
          poll={poll}
          onClose={() => {
            read.value = [...read.value, poll.id];
          }}
        />
      )}
      {roll.open && invited && <RollCard key={invited} call={call} present={roll.present[invited]} />}
      {task && <TaskCard call={call} task={task} />}
    </div>
  );
}
