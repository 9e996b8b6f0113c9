// From one kept page to the next. Every file is checked against the manifest, and the manifest against the build, which came over the
// session: nothing becomes the page that the relay did not name.

import { BadBundle, type Bytes, type Entry, type Manifest, readManifest, sha256 } from "./manifest";
import type { Source } from "./source";
import type { Store } from "./store";

/**
 * Makes a page the one of the next visit, unless it is kept already, and returns its build: the one that is asked for, or whatever the source
 * has. `running` is the manifest of the page that runs now; its files stay. Rejects if the page does not come whole, with BadBundle if it is
 * not what it should be; then the kept page stays.
 */
export async function update(
  store: Store,
  source: Source,
  build?: string,
  running?: Manifest,
): Promise<{ build: string; fresh: boolean }> {
  const kept = await store.build();
  if (build !== undefined && build === kept) return { build, fresh: false };
  const bytes = await source.manifest();
  const found = await sha256(bytes);
  if (found === kept) return { build: found, fresh: false };
  if (build !== undefined && found !== build) throw new BadBundle("another manifest than was promised");
  const manifest = readManifest(bytes);
  for (const entry of manifest.files) {
    const content = (await store.find(entry)) ?? (await checked(entry, await source.file(entry)));
    await store.keep(entry, content, manifest);
  }
  await store.finish(manifest, bytes, running);
  return { build: found, fresh: true };
}

async function checked(entry: Entry, content: Bytes): Promise<Bytes> {
  if ((await sha256(content)) !== entry.sha256) throw new BadBundle(`${entry.name} is not what was promised`);
  return content;
}
