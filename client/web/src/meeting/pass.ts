// What proves who one is: the pass and the key of an enrolled site, kept by this browser; the pass of an invitation, kept for a tab.

/** An enrolled site's: the pass, and the key that it is bound to, which no script can read out. */
export interface Enrolled {
  pass: string;
  key: CryptoKey; // private, ECDSA P-256, not extractable
  site: { id: string; name: string; unit?: string };
}

const [database, table, record] = ["diemcau", "own", "site"];
const algorithm = { name: "ECDSA", hash: "SHA-256" };

/** The enrolment of this browser; undefined: there is none, or the browser forbids to keep one. */
export async function enrolled(): Promise<Enrolled | undefined> {
  const found = await using("readonly", (store) => store.get(record)).catch(() => undefined);
  return found as Enrolled | undefined;
}

/** Keeps it; undefined forgets it. Rejects where the browser forbids that. */
export async function keepEnrolled(own: Enrolled | undefined): Promise<void> {
  await using("readwrite", (store) => (own ? store.put(own, record) : store.delete(record)));
}

/** The proof that one has the key: a signature of these words, base64url. */
export async function prove(key: CryptoKey, words: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(words))));
}

/** A new secret of a line: 128 random bits. */
export const newSecret = (): string => base64url(crypto.getRandomValues(new Uint8Array(16)));

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (c) => ({ "+": "-", "/": "_" })[c] ?? "");
}

function using(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(database, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(table);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const db = opening.result;
      const done = work(db.transaction(table, mode).objectStore(table));
      done.onsuccess = () => resolve(done.result);
      done.onerror = () => reject(done.error);
      db.close(); // after what was asked
    };
  });
}
