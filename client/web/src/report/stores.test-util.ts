// A stand-in for a browser's caches: only what is used of them.

/** Caches by name, their entries by key. */
export type Stores = Map<string, Map<string, Response>>;

export const newStores = (): Stores => new Map();

/** The global caches over some stores. */
export const cachesOf = (stores: Stores) => ({
  open: async (name: string) => {
    const cache = stores.get(name) ?? new Map<string, Response>();
    stores.set(name, cache);
    return {
      put: async (key: string, response: Response) => void cache.set(key, response),
      delete: async (key: string) => cache.delete(key),
      keys: async () => [...cache.keys()],
      matchAll: async () => [...cache.values()].map((response) => response.clone()),
    };
  },
  has: async (name: string) => stores.has(name),
  delete: async (name: string) => stores.delete(name),
});
