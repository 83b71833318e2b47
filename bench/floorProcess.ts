/**
 * The floor under the engine: the very statements it runs, recorded once, then run again by a bare loop on a database of
 * the same content, in the same batches and as durable. Its savepoints are left out: they are its own doing.
 */
import { DatabaseSync, StatementSync } from "node:sqlite";
import { engineUnderLoad } from "./engineUnderLoad.ts";
import type { Installation } from "./installation.ts";
import type { WaitingDeployment } from "./seed.ts";

type Value = string | number | null;
interface Executed {
  sql: string;
  how: "get" | "all" | "run" | "exec";
  values: Value[];
}

export type FloorQuestion =
  | { type: "record"; installation: Installation; slices: WaitingDeployment[][] }
  | { type: "open"; installation: Installation; what: "everything" | "writes" }
  | { type: "replay"; what: "everything" | "writes"; slice: number };
export interface FloorRun {
  elapsedMs: number;
  cpuMs: number;
}

const recorded: Executed[][] = [];
const replays = new Map<string, (slice: Executed[]) => void>();

process.on("message", async (question: FloorQuestion) => process.send?.(await answer(question)));

async function answer(question: FloorQuestion): Promise<FloorRun | true> {
  if (question.type === "record") await record(question.installation, question.slices);
  else if (question.type === "open") replays.set(question.what, openReplay(question.installation, question.what));
  else {
    const before = process.cpuUsage();
    const start = performance.now();
    replays.get(question.what)?.(recorded[question.slice] ?? []);
    const { user, system } = process.cpuUsage(before);
    return { elapsedMs: performance.now() - start, cpuMs: (user + system) / 1000 };
  }
  return true;
}

/** Runs the engine over all slices and keeps what its writing connection executes: the one that begins transactions. */
async function record(installation: Installation, slices: WaitingDeployment[][]): Promise<void> {
  let writer: DatabaseSync | null = null;
  let slice: Executed[] = [];
  const { exec, prepare } = DatabaseSync.prototype;
  const owners = new WeakMap<StatementSync, { db: DatabaseSync; sql: string }>();
  DatabaseSync.prototype.exec = function (sql) {
    if (sql === "begin immediate") writer = this;
    if (this === writer) slice.push({ sql, how: "exec", values: [] });
    exec.call(this, sql);
  };
  DatabaseSync.prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql);
    owners.set(statement, { db: this, sql });
    return statement;
  };
  for (const how of ["get", "all", "run"] as const) {
    const original = StatementSync.prototype[how] as (...values: Value[]) => unknown;
    const recording = function (this: StatementSync, ...values: Value[]) {
      const owner = owners.get(this);
      if (owner && owner.db === writer) slice.push({ sql: owner.sql, how, values });
      return original.apply(this, values);
    };
    Object.assign(StatementSync.prototype, { [how]: recording });
  }
  const engine = await engineUnderLoad(installation);
  for (const deployments of slices) {
    slice = [];
    await engine.run(deployments);
    recorded.push(slice);
  }
  await engine.close();
  slice = [];
}

function openReplay({ directory }: Installation, what: "everything" | "writes"): (slice: Executed[]) => void {
  const db = new DatabaseSync(`${directory}/signalbox.db`);
  db.exec("pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000");
  const statements = new Map<string, StatementSync>();
  return (slice) => {
    for (const { sql, how, values } of slice) {
      if (how === "exec") {
        if (sql === "begin immediate" || sql === "commit") db.exec(sql);
        continue;
      }
      if (what === "writes" && sql.trimStart().startsWith("select")) continue;
      const statement = statements.get(sql) ?? db.prepare(sql);
      statements.set(sql, statement);
      statement[how](...values);
    }
  };
}
