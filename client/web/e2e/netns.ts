// Three computers without leaving this one: a relay, a building, and the line between them, each with a network of its own. This process is the line;
// it must be root of its network (.ci/namespaces). Where the kernel has netem it makes the line bad, else cmd/internal/impair does.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium, diemcau, impair, out } from "./paths";

const sh = (...command: string[]) => execFileSync(command[0], command.slice(1), { stdio: ["ignore", "pipe", "pipe"] });

/** A computer: a network namespace, kept by a process that ends with this one. */
export class Host {
  private constructor(
    private readonly keeper: ChildProcess,
    readonly pid: string,
  ) {}

  static async start(): Promise<Host> {
    // `read` waits until this process ends, and with it the pipe.
    const keeper = spawn("unshare", ["--net", "sh", "-c", "ip link set lo up; echo; read end"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await new Promise((resolve) => keeper.stdout?.once("data", resolve));
    return new Host(keeper, `${keeper.pid}`);
  }

  /** The command that runs another one on this computer; a signal reaches that other one. */
  inside(...command: string[]): string[] {
    return ["nsenter", "--target", this.pid, "--net", ...command];
  }

  run(...command: string[]): void {
    sh(...this.inside(...command));
  }

  /** Lays a cable: `name` here, with an address, `far` at this process's end, with the address of the way out. */
  cable(name: string, far: string, net: string): void {
    sh("ip", "link", "add", far, "type", "veth", "peer", "name", name, "netns", this.pid);
    sh("ip", "address", "add", `${net}.1/24`, "dev", far);
    sh("ip", "link", "set", far, "up");
    this.run("ip", "address", "add", `${net}.2/24`, "dev", name);
    this.run("ip", "link", "set", name, "up");
  }

  /** A browser for this computer: the path of a program. */
  browser(): string {
    const path = join(out, `chromium-${this.pid}.sh`);
    writeFileSync(path, `#!/bin/sh\nexec ${this.inside(chromium()).join(" ")} "$@"\n`, { mode: 0o755 });
    return path;
  }

  end(): void {
    this.keeper.kill("SIGKILL");
  }
}

/** A process of diemcau on a computer; it runs when it has said where its page is. */
export class Daemon {
  private child?: ChildProcess;

  constructor(
    private readonly host: Host,
    private readonly args: string[],
  ) {}

  async run(): Promise<void> {
    const [program, ...args] = this.host.inside(diemcau, ...this.args);
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on("data", (text) => (said += text));
      child.stdout?.on("data", (text) => {
        said += text;
        if (/https?:\/\//.test(said)) resolve();
      });
      child.once("exit", () => reject(new Error(`${this.args[0]} does not start: ${said}`)));
    });
  }

  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }
}

/** What a line does to packets, in both directions: ms one way, per cent, kbit/s. */
export interface Badness {
  delay: number;
  loss: number;
  rate: number;
}

/** The relay's computer, the building's, and the line: this process's own network, with one cable to the relay and one for each uplink of the building. */
export class Net {
  private proxy?: ChildProcess;

  private constructor(
    readonly relay: Host,
    readonly site: Host,
    private readonly uplinks: number,
  ) {}

  /** Where the relay listens. */
  readonly listen = "10.77.1.2:8080";
  /** Where the building finds it: behind the line. */
  relayAt = this.listen;

  static async start(uplinks = 1): Promise<Net> {
    sh("ip", "link", "set", "lo", "up");
    const net = new Net(await Host.start(), await Host.start(), uplinks);
    net.relay.cable("eth0", "relay0", "10.77.1");
    net.relay.run("ip", "route", "add", "default", "via", "10.77.1.1");
    for (let i = 0; i < uplinks; i++) {
      net.site.cable(`up${i}`, `line${i}`, `10.77.${2 + i}`);
      net.site.run("ip", "route", "add", "default", "via", `10.77.${2 + i}.1`, "dev", `up${i}`, "metric", `${10 + i}`);
    }
    return net;
  }

  /** Makes the line bad from now on, and says by what means. */
  async impair(bad: Badness): Promise<"netem" | "impair"> {
    try {
      const netem = ["netem", "delay", `${bad.delay}ms`, "loss", `${bad.loss}%`, "rate", `${bad.rate}kbit`];
      for (let i = 0; i < this.uplinks; i++) {
        sh("tc", "qdisc", "replace", "dev", `line${i}`, "root", ...netem); // down
        this.site.run("tc", "qdisc", "replace", "dev", `up${i}`, "root", ...netem);
      }
      writeFileSync("/proc/sys/net/ipv4/ip_forward", "1");
      return "netem";
    } catch {
      await this.behindProxy(bad);
      return "impair";
    }
  }

  /** The same by a proxy; its address is of no cable, so that it is reached over any. */
  private async behindProxy({ delay, loss, rate }: Badness): Promise<void> {
    sh("ip", "address", "add", "10.77.0.1/32", "dev", "lo");
    this.relayAt = "10.77.0.1:8080";
    const line = ["--delay", `${delay}ms`, "--loss", `${loss}`, "--rate", `${rate}`];
    const child = spawn(impair, ["--attached", "--listen", this.relayAt, "--to", this.listen, ...line], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.proxy = child;
    await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  }

  /** Pulls the cable of an uplink, or puts it back. */
  plug(uplink: number, inside: boolean): void {
    sh("ip", "link", "set", `line${uplink}`, inside ? "up" : "down");
  }

  end(): void {
    this.proxy?.kill();
    this.relay.end();
    this.site.end();
  }
}
