/** Documents of one kind, all of them in memory as well: read there, written to disk first. */
import type { Documents } from "../documents.ts";

export interface CachedDocuments<Value> {
  get(key: string): Value | undefined;
  /** Durable when it returns. */
  put(key: string, value: Value): void;
  /** In memory alone: a restart does not know of it. */
  note(key: string, value: Value): void;
  remove(key: string): void;
  entries(): Iterable<[string, Value]>;
  /** What stands right below the prefix, by name. */
  under(prefix: string): { name: string; value: Value }[];
}

/** Kinds of documents that are written together; a write that fails is taken back in memory, too. */
export function cachedDocuments(documents: Documents) {
  /** What takes back the writes of the present `together`; none outside of one. */
  let undo: (() => void)[] | null = null;
  return {
    /** All writes inside become durable together, or none does. */
    together<T>(work: () => T): T {
      const mine: (() => void)[] = [];
      undo = mine;
      try {
        return documents.together(work);
      } catch (error) {
        for (const takeBack of mine.reverse()) takeBack();
        throw error;
      } finally {
        undo = null;
      }
    },

    ofKind<Value>(kind: string): CachedDocuments<Value> {
      const values = new Map(documents.list<Value>(kind, "").map(({ key, value }) => [key, value]));
      const changing = (key: string) => {
        const before = values.get(key);
        undo?.push(() => (before === undefined ? values.delete(key) : values.set(key, before)));
      };
      return {
        get: (key) => values.get(key),
        put(key, value) {
          documents.put(kind, key, value);
          changing(key);
          values.set(key, value);
        },
        note: (key, value) => void values.set(key, value),
        remove(key) {
          documents.delete(kind, key);
          changing(key);
          values.delete(key);
        },
        entries: () => values.entries(),
        under(prefix) {
          const found = [...values].filter(([key]) => key.startsWith(prefix));
          return found
            .map(([key, value]) => ({ name: key.slice(prefix.length), value }))
            .sort((one, other) => (one.name < other.name ? -1 : 1));
        },
      };
    },
  };
}
