import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { out, repository } from "./paths";

/** Builds what the tests run: the relay as it ships, and the bad line. */
export default function build(): void {
  mkdirSync(out, { recursive: true });
  if (process.env.DIEMCAU && process.env.IMPAIR) return; // built already
  for (const command of ["./cmd/diemcau", "./cmd/internal/impair"]) {
    execFileSync("go", ["build", "-o", `${out}/`, command], { cwd: repository, stdio: "inherit" });
  }
}
