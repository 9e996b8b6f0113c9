import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { out, repository } from "./paths";

/** Builds what the tests run: the relay as it ships, and the bad line. */
export default function build(): void {
  mkdirSync(out, { recursive: true });
  const built = process.env.DIEMCAU && process.env.IMPAIR;
  for (const command of ["./cmd/diemcau", "./cmd/internal/impair", "./cmd/internal/judge"]) {
    const wanted = command.endsWith("judge") ? process.env.LAB && !process.env.JUDGE : !built;
    if (!wanted) continue;
    execFileSync("go", ["build", "-o", `${out}/`, command], { cwd: repository, stdio: "inherit" });
  }
}
