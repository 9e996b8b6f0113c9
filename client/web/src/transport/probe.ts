// Whether a relay answers at all, asked by plain HTTP.

const patience = 3000; // ms

/** Where a relay answers HTTP. A page that came without TLS came from the relay on this computer. */
export function probeURL(relay: string, page: Location | URL): string {
  const url = new URL(relay);
  const origin = url.host === page.host || page.protocol === "http:" ? page.origin : url.origin;
  return `${origin}/healthz`;
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
