/** Rows of one kind in maps, with the indexes that they are looked for by. */

type Value = string | number;

/** The value that a row is found by; `null` for a row that this index leaves out. */
type Indexes<Row> = Record<string, (row: Row) => Value | null>;

/** Rows as somebody sees them. Those of one value come in the order in which they got it, and then the transaction's own. */
export interface Rows<Key, Row> {
  get(key: Key): Row | undefined;
  all(): Row[];
  where(index: string, value: Value): Row[];
}

export interface WritableRows<Key, Row> extends Rows<Key, Row> {
  set(key: Key, row: Row): void;
  delete(key: Key): void;
}

/** What one transaction writes. */
export interface TableDraft<Key, Row> {
  rows: WritableRows<Key, Row>;
  /** `undefined` for a row that is deleted. */
  changes: Map<Key, Row | undefined>;
  commit(): void;
}

/**
 * What a transaction writes lies beside the committed rows until it commits: readers go on with what is committed, and a
 * transaction that fails leaves nothing to take back.
 */
export class Table<Key, Row> {
  readonly #rows = new Map<Key, Row>();
  readonly #indexes: { name: string; keyFrom: (row: Row) => Value | null; found: Map<Value, Set<Key>> }[];
  readonly #own: TableDraft<Key, Row>;
  readonly committed: Rows<Key, Row>;

  constructor(indexes: Indexes<Row> = {}) {
    this.#indexes = Object.entries(indexes).map(([name, keyFrom]) => ({ name, keyFrom, found: new Map() }));
    this.committed = {
      get: (key) => this.#rows.get(key),
      all: () => [...this.#rows.values()],
      where: (index, value) => this.#where(index, value),
    };
    this.#own = this.begin();
  }

  /** Of the one transaction, where one runs after the other. */
  get draft(): WritableRows<Key, Row> {
    return this.#own.rows;
  }

  commit(): void {
    this.#own.commit();
  }

  discard(): void {
    this.#own.changes.clear();
  }

  /** Of one transaction among several. */
  begin(): TableDraft<Key, Row> {
    const changes = new Map<Key, Row | undefined>();
    const get = (key: Key) => (changes.has(key) ? changes.get(key) : this.#rows.get(key));
    const rows: WritableRows<Key, Row> = {
      get,
      all: () => withChanges([...this.#rows.keys()], get, changes, () => true),
      where: (index, value) => {
        if (changes.size === 0) return this.#where(index, value);
        const { found, keyFrom } = this.#index(index);
        return withChanges(found.get(value) ?? [], get, changes, (row) => keyFrom(row) === value);
      },
      set: (key, row) => changes.set(key, row),
      delete: (key) => changes.set(key, undefined),
    };
    return { rows, changes, commit: () => this.#commit(changes) };
  }

  #commit(changes: Map<Key, Row | undefined>): void {
    if (changes.size === 0) return;
    for (const [key, row] of changes) {
      this.#reindex(key, this.#rows.get(key), row);
      if (row === undefined) this.#rows.delete(key);
      else this.#rows.set(key, row);
    }
    changes.clear();
  }

  #index(name: string) {
    const index = this.#indexes.find((one) => one.name === name);
    if (!index) throw new Error(`there is no index ${name}`);
    return index;
  }

  #where(index: string, value: Value): Row[] {
    const rows: Row[] = [];
    for (const key of this.#index(index).found.get(value) ?? []) rows.push(this.#rows.get(key) as Row);
    return rows;
  }

  #reindex(key: Key, was: Row | undefined, is: Row | undefined): void {
    for (const { keyFrom, found } of this.#indexes) {
      const [before, after] = [was, is].map((row) => (row === undefined ? null : keyFrom(row)));
      if (before === after) continue;
      if (before !== null && before !== undefined) {
        const keys = found.get(before);
        keys?.delete(key);
        if (keys?.size === 0) found.delete(before);
      }
      if (after === null || after === undefined) continue;
      const keys = found.get(after);
      if (keys) keys.add(key);
      else found.set(after, new Set([key]));
    }
  }
}

function withChanges<Key, Row>(
  committed: Iterable<Key>,
  get: (key: Key) => Row | undefined,
  changes: ReadonlyMap<Key, Row | undefined>,
  isWanted: (row: Row) => boolean,
): Row[] {
  const rows: Row[] = [];
  const seen = new Set<Key>();
  for (const key of committed) {
    seen.add(key);
    const row = get(key);
    if (row !== undefined && isWanted(row)) rows.push(row);
  }
  for (const [key, row] of changes) if (row !== undefined && !seen.has(key) && isWanted(row)) rows.push(row);
  return rows;
}
