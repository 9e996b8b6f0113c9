import { chairText } from "./text";

/** The keys of those who lead, for the list of keys. */
export function ChairKeys() {
  const t = chairText.value;
  const rows: [keys: string[], does: string][] = [
    [["N"], t.keyNext],
    [["↑", "↓"], t.keyArrows],
    [["C"], t.keyCall],
    [["R"], t.keyReturn],
    [["T"], t.keyTake],
    [["K"], t.keyMute],
    [["L"], t.keyLock],
    [["1", "2", "3"], t.keyModes],
  ];
  return (
    <>
      {rows.map(([keys, does]) => (
        <div key={does}>
          <dt>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </>
  );
}
