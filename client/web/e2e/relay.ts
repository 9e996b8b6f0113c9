import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { diemcau, impair } from "./paths";

const hostKey = "e2e-host-key";

/** A port on loopback that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once("exit", (code) => resolve(code));
  });
}

/** A process that serves pages, with its own data folder, which outlives restarts. */
export class Server {
  protected readonly data = mkdtempSync(join(tmpdir(), "diemcau-e2e-"));
  private child?: ChildProcess;
  private printed = "";

  protected constructor(
    readonly port: number,
    private readonly program: string,
    private readonly args: readonly string[],
  ) {}

  get base(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What the process has said since its last start, on standard output and standard error. */
  get said(): string {
    return this.printed;
  }

  /** Starts the process and waits until it answers. */
  async run(): Promise<void> {
    const args = [...this.args, "--listen", `127.0.0.1:${this.port}`, "--data", this.data];
    this.printed = "";
    const child = spawn(this.program, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (this.printed += text));
    for (let tries = 0; tries < 200; tries++) {
      if (child.exitCode !== null) break;
      const answer = await fetch(`${this.base}/healthz`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${this.args[0]} does not start: ${this.printed}`);
  }

  /** Stops the process, by SIGTERM as a service manager does or by SIGKILL as a power cut does; returns its exit code. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    this.child?.kill(signal);
    return this.child ? await ended(this.child) : null;
  }

  /** Stops for good. */
  async end(): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** A relay process. */
export class Relay extends Server {
  static async start(program = diemcau): Promise<Relay> {
    const relay = new Relay(await freePort(), program, ["serve", "--host-key", hostKey]);
    await relay.run();
    return relay;
  }

  /** Opens a meeting and returns its code. */
  async meeting(title = "Họp giao ban"): Promise<string> {
    return (await ask<{ code: string }>(this.base, "meetings", { title })).code;
  }

  /** Issues the token with which a site of this name joins. */
  async token(name: string): Promise<string> {
    return (await ask<{ token: string }>(this.base, "sites", { name })).token;
  }
}

/** Asks a relay for something that its host key is needed for. */
export async function ask<T>(base: string, what: string, body: unknown): Promise<T> {
  const answer = await fetch(`${base}/api/${what}`, {
    method: "POST",
    headers: { authorization: `Bearer ${hostKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`no ${what}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** The relay of a building: a process whose line to the relay above can be made bad, and cut. */
export class Site extends Server {
  private constructor(
    port: number,
    readonly name: string,
    readonly line: Line,
    token: string,
  ) {
    super(port, diemcau, ["site", "--relay", line.base, "--token", token]);
  }

  static async start(relay: Relay, name: string): Promise<Site> {
    const folder = mkdtempSync(join(tmpdir(), "diemcau-e2e-token-"));
    const token = join(folder, "token");
    writeFileSync(token, await relay.token(name), { mode: 0o600 });
    const site = new Site(await freePort(), name, await Line.start(relay), token);
    await site.run();
    return site;
  }

  /** Lets everything through to the relay above, or nothing. */
  async uplink(passes: boolean): Promise<void> {
    await this.line.set(passes ? {} : { outages: ["0s+24h"] });
    await this.line.tcp(passes);
  }

  override async end(): Promise<void> {
    await super.end();
    await this.line.end();
  }
}

/** A line as cmd/internal/impair understands it: kbit/s, delay one way, per cent, packets. */
export interface Impairment {
  rate?: number;
  queue?: string;
  delay?: string;
  loss?: number;
  burst?: number;
  outages?: string[];
}

/** One direction of a line: IP packets offered to it and delivered, in packets and bytes. */
export interface Count {
  packets: number;
  bytes: number;
  delivered: number;
  deliveredBytes: number;
  lost: number;
  overflow: number;
}

/** A bad line in front of a relay: its own port for UDP and TCP, changed by what is said to it. */
export class Line {
  private constructor(
    private readonly child: ChildProcess,
    readonly base: string,
    private readonly answers: AsyncIterator<string>,
  ) {}

  static async start(relay: Relay, seed = 1): Promise<Line> {
    const args = ["--listen", "127.0.0.1:0", "--to", `127.0.0.1:${relay.port}`, "--seed", `${seed}`];
    const child = spawn(impair, args, { stdio: ["pipe", "pipe", "inherit"] });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = JSON.parse((await answers.next()).value) as { listen: string };
    return new Line(child, `http://${first.listen}`, answers);
  }

  /** Changes the line in both directions; what is not said is perfect. */
  async set(line: Impairment): Promise<void> {
    await this.order({ both: line });
  }

  /** Lets TCP through, or ends every connection at once. */
  async tcp(passes: boolean): Promise<void> {
    await this.order({ tcp: passes });
  }

  /** Ends every TCP connection; those that follow suffer the line as UDP does, or nothing. */
  async badTCP(bad: boolean): Promise<void> {
    await this.order({ tcp: false, badTCP: bad });
    await this.order({ tcp: true });
  }

  /** Lets UDP through, or drops it. */
  async udp(passes: boolean): Promise<void> {
    await this.order({ udp: passes });
  }

  private async order(order: unknown): Promise<void> {
    this.child.stdin?.write(`${JSON.stringify(order)}\n`);
    const answer = (await this.answers.next()).value;
    if (!JSON.parse(answer).ok) throw new Error(`impair: ${answer}`);
  }

  /** IP packets of both directions, and the bytes of streams. */
  async counters(): Promise<{ down: Count; up: Count; tcpDown: number }> {
    this.child.stdin?.write(`${JSON.stringify({ counters: true })}\n`);
    return JSON.parse((await this.answers.next()).value);
  }

  async end(): Promise<void> {
    this.child.kill("SIGTERM");
    await ended(this.child);
  }
}
