// The pass of a site's own PC: it was enrolled once, and proves from then on which điểm cầu it is. The key never leaves the browser. Page and worker use the same.

/** The site that a pass stands for, by its id in the directory. */
export interface PassSite {
  id: string;
  name: string;
  unit: string;
}

/** What is kept: the pass, its site, and the key that the pass is bound to. */
export interface Kept {
  pass: string;
  site: PassSite;
  key: CryptoKey; // private, non-extractable
}

const database = "diemcau";
const store = "pass";
const slot = "site"; // one PC is one site

/** A key pair for a new pass. Its private half cannot be read by anyone, not even by this page. */
export function newKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
}

/** The public half, as /api/enrol wants it. */
export async function publicKey(pair: CryptoKeyPair): Promise<{ kty: "EC"; crv: "P-256"; x: string; y: string }> {
  const { x = "", y = "" } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { kty: "EC", crv: "P-256", x, y };
}

/** Keeps a pass in this browser; it takes the place of an earlier one. Rejects where the browser forbids storage. */
export async function keepPass(kept: Kept): Promise<void> {
  await run("readwrite", (table) => table.put(kept, slot));
}

/** The pass of this browser; undefined if it has none, or may not remember any. */
export async function loadPass(): Promise<Kept | undefined> {
  const kept = await run<Partial<Kept> | undefined>("readonly", (table) => table.get(slot)).catch(() => undefined);
  return kept?.pass && kept.site && kept.key ? { pass: kept.pass, site: kept.site, key: kept.key } : undefined;
}

/** Forgets it. */
export async function forgetPass(): Promise<void> {
  await run("readwrite", (table) => table.delete(slot)).catch(() => undefined);
}

/** Signs a text: base64url of r‖s, ECDSA P-256 with SHA-256. */
export async function sign(key: CryptoKey, text: string): Promise<string> {
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  return base64url(new Uint8Array(await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(text))));
}

/** Bytes in the letters that addresses and messages take. */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

const signature = 64; // bytes at the end of a pass's body

/** The name that a pass gives to whoever has it, "" if it gives none. It fills a field in, no more: the relay reads passes itself. */
export function nameIn(pass: string): string {
  try {
    const body = atob(pass.split(".")[2].replaceAll("-", "+").replaceAll("_", "/"));
    const said = Uint8Array.from(body.slice(0, -signature), (c) => c.charCodeAt(0));
    const { n } = JSON.parse(new TextDecoder().decode(said)) as { n?: unknown };
    return typeof n === "string" ? n : "";
  } catch {
    return "";
  }
}

/** Signs with the key of this browser's pass; "" if it has none. */
export async function prove(text: string): Promise<string> {
  const kept = await loadPass();
  return kept ? sign(kept.key, text) : "";
}

function run<T>(mode: IDBTransactionMode, ask: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(database, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(store);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const db = opening.result;
      const transaction = db.transaction(store, mode);
      const asked = ask(transaction.objectStore(store));
      transaction.oncomplete = () => {
        db.close();
        resolve(asked.result);
      };
      transaction.onabort = () => {
        db.close();
        reject(asked.error);
      };
    };
  });
}
