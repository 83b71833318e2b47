/** What the embedded services need of a store: documents by kind and key. Small, synchronous, durable when it returns. */
export interface Documents {
  get<T>(kind: string, key: string): T | undefined;
  /** Durable when it returns. */
  put(kind: string, key: string, value: unknown): void;
  delete(kind: string, key: string): void;
  /** All of a kind whose key begins with `prefix`, in order of the key. */
  list<T>(kind: string, prefix: string): { key: string; value: T }[];
  /** All writes inside become durable together, or none does. */
  together<T>(work: () => T): T;
}
