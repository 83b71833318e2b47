/**
 * Holds statements back until whoever runs in this moment has said what it wants, and sends those of one kind as one: a
 * statement costs many times what a row of it does. What concerns one deployment keeps its order; what concerns different
 * ones does not depend on it.
 */
import type { Repeated, Row, Value } from "../database.ts";
import { binaryArray } from "./binaryArrays.ts";
import { forMany, PLACE, typesOf } from "./manyRows.ts";
import type { Answer, Query, Statement } from "./postgresDatabase.ts";

interface Call {
  values: Value[];
  answered: (answer: Answer) => void;
  failed: (error: unknown) => void;
}

interface Group {
  /** Where it stands among those that are held back. */
  place: number;
  statement: Repeated;
  /** Whether somebody waits for what became of it. */
  awaited: boolean;
  calls: Call[];
}

export class StatementBuffer {
  readonly #query: Query;
  readonly #later: (written: Promise<unknown>) => void;
  readonly #prepared: (sql: string) => { name: string; text: string };
  readonly #groups = new Map<Repeated, Group>();
  /** The place of the last statement about each deployment, and of the last that may be about any. */
  readonly #lastOf = new Map<Value, number>();
  #lastOfAny = -1;
  #isScheduled = false;

  constructor({
    query,
    later,
    prepared,
  }: {
    query: Query;
    later: (written: Promise<unknown>) => void;
    prepared: (sql: string) => { name: string; text: string };
  }) {
    this.#query = query;
    this.#later = later;
    this.#prepared = prepared;
  }

  /** Its answer, once it has been sent with the others. */
  ask(statement: Repeated, values: Value[]): Promise<Answer> {
    return new Promise((answered, failed) => this.#add(statement, { values, answered, failed }, true));
  }

  /** Nobody waits for it: what the database has against it is known to the transaction. */
  tell(statement: Repeated, values: Value[]): void {
    this.#add(statement, { values, answered: () => {}, failed: () => {} }, false);
  }

  /** Sends what is held back, in its order. */
  flush(): void {
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    this.#lastOf.clear();
    this.#lastOfAny = -1;
    for (const group of groups) this.#send(group);
  }

  #add(statement: Repeated, call: Call, awaited: boolean): void {
    if (!this.#mayJoin(statement, call)) this.flush();
    const group = this.#groups.get(statement) ?? { place: this.#groups.size, statement, awaited: false, calls: [] };
    this.#groups.set(statement, group);
    group.calls.push(call);
    group.awaited ||= awaited;
    if (statement.position === null) this.#lastOfAny = group.place;
    else this.#lastOf.set(call.values[statement.position] ?? null, group.place);
    this.#schedule();
  }

  /** Whether it would still come after all that it must come after. */
  #mayJoin(statement: Repeated, { values }: Call): boolean {
    const group = this.#groups.get(statement);
    if (!group) return true;
    const { position } = statement;
    if (position === null) return group.place === this.#groups.size - 1;
    return group.place >= this.#lastOfAny && group.place > (this.#lastOf.get(values[position] ?? null) ?? -1);
  }

  /** When all that can go on without an answer has done so. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() =>
      process.nextTick(() => {
        this.#isScheduled = false;
        this.flush();
      }),
    );
  }

  #send({ statement, awaited, calls }: Group): void {
    const [first] = calls;
    if (!first) return;
    const sent = calls.length === 1 ? this.#sendOne(statement, first) : this.#sendMany(statement, calls, awaited);
    this.#later(sent);
  }

  async #sendOne({ text }: Repeated, { values, answered, failed }: Call): Promise<void> {
    await this.#query({ ...this.#prepared(text), values }).then(answered, failed);
  }

  async #sendMany({ text }: Repeated, calls: readonly Call[], awaited: boolean): Promise<void> {
    const types = typesOf(
      text,
      calls.map(({ values }) => values),
    );
    const many: Statement = {
      ...this.#prepared(forMany(text, types, awaited)),
      values: types.map((type, index) =>
        binaryArray(
          type,
          calls.map(({ values }) => values[index] ?? null),
        ),
      ),
    };
    await this.#query(many).then(
      ({ rows }) => {
        const byPlace = Map.groupBy(rows, (row) => Number(row[PLACE]));
        for (const [index, { answered }] of calls.entries()) answered(answerOf(byPlace.get(index + 1) ?? []));
      },
      (error: unknown) => {
        for (const { failed } of calls) failed(error);
      },
    );
  }
}

const answerOf = (rows: Row[]): Answer => ({ rows, rowCount: rows.length });
