// Whether a relay answers at all, asked by plain HTTP; and where it takes WebSockets, which is the same place.

const patience = 3000; // ms

/** Where a relay answers HTTP. A page that came without TLS came from the relay on this computer. */
function origin(relay: string, page: Location | URL): string {
  const url = new URL(relay);
  return url.host === page.host || page.protocol === "http:" ? page.origin : url.origin;
}

/** The address at which a relay tells that it is there. */
export function probeURL(relay: string, page: Location | URL): string {
  return `${origin(relay, page)}/healthz`;
}

/** The address at which a relay takes WebSockets. */
export function socketURL(relay: string, page: Location | URL): string {
  return `${origin(relay, page).replace(/^http/, "ws")}/ws`;
}

/** Asks a relay for any answer over HTTP. Never rejects. */
export async function probe(relay: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(patience);
    const answer = await fetch(probeURL(relay, self.location), { mode: "no-cors", cache: "no-store", signal });
    return answer.status < 500; // a proxy may stand before a relay that is down; 0 if we may not see the answer
  } catch {
    return false;
  }
}
