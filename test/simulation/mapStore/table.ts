/** Rows of one kind in maps, with the indexes that they are looked for by. */
import { SortedValues } from "./sortedValues.ts";

type Value = string | number;

/** The value that a row is found by; `null` for a row that this index leaves out. */
type Indexes<Row> = Record<string, (row: Row) => Value | null>;

/** Rows as somebody sees them. Those of one value come in the order in which they got it, and then the transaction's own. */
export interface Rows<Key, Row> {
  get(key: Key): Row | undefined;
  all(): Row[];
  where(index: string, value: Value): Row[];
  /** How many rows `where` would find. */
  count(index: string, value: Value): number;
  /** By an index of numbers, the least first. */
  upTo(index: string, most: number): Row[];
  /** The least number of the index that is greater; `null` when there is none. */
  firstAfter(index: string, value: number): number | null;
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

interface Index<Key, Row> {
  name: string;
  keyFrom: (row: Row) => Value | null;
  found: Map<Value, Set<Key>>;
  sorted: SortedValues;
}

/**
 * What a transaction writes lies beside the committed rows until it commits: readers go on with what is committed, and a
 * transaction that fails leaves nothing to take back.
 */
export class Table<Key, Row> {
  readonly #rows = new Map<Key, Row>();
  readonly #indexes: readonly Index<Key, Row>[];
  readonly #own: TableDraft<Key, Row>;
  readonly committed: Rows<Key, Row>;
  /** Called when the one transaction writes to it for the first time, where one runs after the other. */
  onDraft: () => void = () => {};

  constructor(indexes: Indexes<Row> = {}) {
    this.#indexes = Object.entries(indexes).map(([name, keyFrom]) => {
      return { name, keyFrom, found: new Map<Value, Set<Key>>(), sorted: new SortedValues() };
    });
    this.committed = {
      get: (key) => this.#rows.get(key),
      all: () => [...this.#rows.values()],
      where: (index, value) => this.#where(this.#index(index), value),
      count: (index, value) => keysOf(this.#index(index), value).size,
      upTo: (name, most) => {
        const index = this.#index(name);
        return index.sorted.upTo(most).flatMap((value) => this.#where(index, value));
      },
      firstAfter: (index, value) => this.#index(index).sorted.firstAfter(value),
    };
    this.#own = this.begin(() => this.onDraft());
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
  begin(onFirst: () => void = () => {}): TableDraft<Key, Row> {
    const changes = new Map<Key, Row | undefined>();
    const get = (key: Key) => (changes.has(key) ? changes.get(key) : this.#rows.get(key));
    const all = () => withChanges(this.#rows, get, changes, () => true);
    const put = (key: Key, row: Row | undefined) => {
      if (changes.size === 0) onFirst();
      changes.set(key, row);
    };
    const rows: WritableRows<Key, Row> = {
      get,
      all,
      where: (name, value) => {
        const index = this.#index(name);
        if (changes.size === 0) return this.#where(index, value);
        return withChanges(keysOf(index, value), get, changes, (row) => index.keyFrom(row) === value);
      },
      count: (name, value) => {
        const index = this.#index(name);
        const committed = keysOf(index, value);
        let count = committed.size;
        changes.forEach((row, key) => {
          const is = row !== undefined && index.keyFrom(row) === value;
          count += Number(is) - Number(committed.has(key));
        });
        return count;
      },
      upTo: (name, most) => {
        const numbered = numbersOf(all(), this.#index(name)).filter(({ value }) => value <= most);
        return numbered.sort((one, other) => one.value - other.value).map(({ row }) => row);
      },
      firstAfter: (name, value) => {
        const later = numbersOf(all(), this.#index(name)).filter((one) => one.value > value);
        return later.length === 0 ? null : Math.min(...later.map((one) => one.value));
      },
      set: put,
      delete: (key) => put(key, undefined),
    };
    return { rows, changes, commit: () => this.#commit(changes) };
  }

  #commit(changes: Map<Key, Row | undefined>): void {
    for (const [key, row] of changes) {
      this.#reindex(key, this.#rows.get(key), row);
      if (row === undefined) this.#rows.delete(key);
      else this.#rows.set(key, row);
    }
    changes.clear();
  }

  #index(name: string): Index<Key, Row> {
    for (const index of this.#indexes) if (index.name === name) return index;
    throw new Error(`there is no index ${name}`);
  }

  #where(index: Index<Key, Row>, value: Value): Row[] {
    const rows: Row[] = [];
    keysOf(index, value).forEach((key) => {
      rows.push(this.#rows.get(key) as Row);
    });
    return rows;
  }

  #reindex(key: Key, was: Row | undefined, is: Row | undefined): void {
    for (const { keyFrom, found, sorted } of this.#indexes) {
      const before = was === undefined ? null : keyFrom(was);
      const after = is === undefined ? null : keyFrom(is);
      if (before === after) continue;
      if (before !== null) {
        const keys = found.get(before);
        keys?.delete(key);
        if (keys?.size === 0) {
          found.delete(before);
          if (typeof before === "number") sorted.remove(before);
        }
      }
      if (after === null) continue;
      const keys = found.get(after);
      if (keys) keys.add(key);
      else {
        found.set(after, new Set([key]));
        if (typeof after === "number") sorted.add(after);
      }
    }
  }
}

function numbersOf<Row>(rows: Row[], { keyFrom }: Pick<Index<unknown, Row>, "keyFrom">): { row: Row; value: number }[] {
  const found = rows.map((row) => ({ row, value: keyFrom(row) }));
  return found.filter((one): one is { row: Row; value: number } => typeof one.value === "number");
}

const NO_KEYS: ReadonlySet<unknown> = new Set();

function keysOf<Key, Row>({ found }: Index<Key, Row>, value: Value): ReadonlySet<Key> {
  return found.get(value) ?? (NO_KEYS as ReadonlySet<Key>);
}

function withChanges<Key, Row>(
  committed: Pick<ReadonlySet<Key>, "has" | "keys">,
  get: (key: Key) => Row | undefined,
  changes: ReadonlyMap<Key, Row | undefined>,
  isWanted: (row: Row) => boolean,
): Row[] {
  const rows: Row[] = [];
  for (const key of committed.keys()) {
    const row = get(key);
    if (row !== undefined && isWanted(row)) rows.push(row);
  }
  changes.forEach((row, key) => {
    if (row !== undefined && !committed.has(key) && isWanted(row)) rows.push(row);
  });
  return rows;
}
