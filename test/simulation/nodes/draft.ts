/** What one of several transactions has written and nobody else sees, over what is committed at the moment: read committed. */
import { BrokenPromise } from "../known.ts";
import type { TableDraft, WritableRows } from "../mapStore/table.ts";
import type { Access, Tables } from "../mapStore/tables.ts";

type Key = string | number;
type Name = keyof Tables;
type Rows = WritableRows<Key, unknown>;

interface Part {
  draft: TableDraft<Key, unknown>;
  rows: Rows;
  /** What was committed of each row when it was first written. */
  bases: Map<Key, unknown>;
}

export class Draft implements Access {
  readonly #parts = new Map<Name, Part>();
  readonly tables: Access["tables"];

  constructor(tables: Tables) {
    for (const name of Object.keys(tables) as Name[]) {
      const draft = tables[name].begin() as unknown as TableDraft<Key, unknown>;
      // Numbers are given outside of transactions: one that fails leaves a gap.
      this.#parts.set(name, name === "numbers" ? atOnce(draft) : noting(draft));
    }
    this.tables = Object.fromEntries(
      [...this.#parts].map(([name, { rows }]) => [name, rows]),
    ) as unknown as Access["tables"];
  }

  write: Access["write"] = (name) => this.#parts.get(name)?.rows as unknown as ReturnType<Access["write"]> as never;

  /** To go back to. */
  savepoint(): () => void {
    const kept = [...this.#parts.values()].map((part) => ({
      part,
      changes: [...part.draft.changes],
      bases: [...part.bases],
    }));
    return () => {
      for (const { part, changes, bases } of kept) {
        refill(part.draft.changes, changes);
        refill(part.bases, bases);
      }
    };
  }

  /** Which rows of a table it has written. */
  keys(name: Name): Key[] {
    return [...(this.#parts.get(name)?.draft.changes.keys() ?? [])];
  }

  /** Everybody sees it from now on. Nobody may have written meanwhile what this transaction has decided on. */
  commit(tables: Tables): void {
    for (const [name, { bases }] of this.#parts) {
      const committed = tables[name].committed as unknown as Rows;
      for (const [key, base] of bases) {
        if (committed.get(key) !== base)
          throw new BrokenPromise(`row ${key} of ${name} was decided on, and had changed meanwhile`);
      }
    }
    for (const { draft } of this.#parts.values()) draft.commit();
  }
}

function noting(draft: TableDraft<Key, unknown>): Part {
  const bases = new Map<Key, unknown>();
  const note = (key: Key) => {
    if (!bases.has(key)) bases.set(key, draft.rows.get(key));
  };
  const set = (key: Key, row: unknown) => {
    note(key);
    draft.rows.set(key, row);
  };
  const remove = (key: Key) => {
    note(key);
    draft.rows.delete(key);
  };
  return { draft, bases, rows: { ...draft.rows, set, delete: remove } };
}

function atOnce(draft: TableDraft<Key, unknown>): Part {
  const set = (key: Key, row: unknown) => {
    draft.rows.set(key, row);
    draft.commit();
  };
  return { draft, bases: new Map(), rows: { ...draft.rows, set } };
}

function refill<Value>(map: Map<Key, Value>, entries: [Key, Value][]): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}
