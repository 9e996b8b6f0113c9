// Files in chunks, both ways. Nothing is kept yet.

import type { Files, Host } from "./seam";

/** Moves files. */
export class Blobs implements Files {
  constructor(protected readonly host: Host) {}

  begin(): void {}

  have(): string[] {
    return [];
  }

  offer(): void {}

  onBulk(): void {}

  message(): boolean {
    return false;
  }

  close(): void {}
}
