// The manifest of a page: which files it has. The twin of Go's client/web/bundle.go, PROTOCOL.md section 9.

export type Bytes = Uint8Array<ArrayBuffer>;

/** The file that holds the manifest. */
export const manifestName = "bundle.json";

/** The page itself; it names all other files. */
export const indexName = "index.html";

/** Bytes of a manifest at most. */
export const maxManifest = 65_536;

const maxFiles = 64;
const maxSize = 1 << 20; // bytes that travel, of one file

/** A file of the page. */
export interface Entry {
  name: string;
  type: string; // as in Content-Type
  size: number; // bytes that travel in a session
  gzip?: boolean; // what travels is compressed
  sha256: string; // base64, of the file itself
}

/** All files of a page, and the headers with which they are served. */
export interface Manifest {
  files: Entry[]; // index.html is the last one
  headers: Record<string, string>;
}

/** A bundle that must not be used: it is not what its build promises. */
export class BadBundle extends Error {}

/** The base64 SHA-256 of some bytes. */
export async function sha256(bytes: Bytes): Promise<string> {
  return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))));
}

/** Where a file lies on the server, and in the cache. */
export function pathOf(name: string): string {
  return name === indexName ? "/" : `/${name}`;
}

/** Reads a manifest. Throws BadBundle if it has no page, or files that no page has. */
export function readManifest(bytes: Bytes): Manifest {
  let read: Partial<Manifest> | null;
  try {
    read = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new BadBundle("the manifest is no JSON");
  }
  const { files, headers } = read ?? {};
  const names = new Set<string>();
  if (!Array.isArray(files) || files.length > maxFiles || typeof headers !== "object" || headers === null)
    throw new BadBundle("the manifest lists no files");
  for (const file of files) {
    if (!isEntry(file) || names.has(file.name)) throw new BadBundle("the manifest lists what no page has");
    names.add(file.name);
  }
  const index = files.find((file) => file.name === indexName);
  if (!index) throw new BadBundle("the manifest lists no page");
  return { files: [...files.filter((file) => file !== index), index], headers };
}

function isEntry(file: Partial<Entry> | null): file is Entry {
  return (
    typeof file?.name === "string" &&
    (file.name === indexName || /^assets\/\w[\w.-]*$/.test(file.name)) &&
    typeof file.type === "string" &&
    typeof file.sha256 === "string" &&
    Number.isInteger(file.size) &&
    (file.size as number) >= 0 &&
    (file.size as number) <= maxSize
  );
}
