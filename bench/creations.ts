/** (g) Durable CreateApplication calls a second, over bare commits of the same rows in batches of as many clients. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../src/store/sqlite/sqliteStore.ts";
import { type Bench, codeDeployRequest, newFolder, type Part } from "./bench.ts";
import { median, spread } from "./figures.ts";
import type { Load, LoadResult } from "./loadGenerator.ts";
import { startHelper, startProgram } from "./processes.ts";
import { ACCOUNT, REGION } from "./seed.ts";

const CLIENTS = 64;
const CREATIONS = 4000;

export const creations: Part = async (bench) => {
  const floors: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round < (bench.quick ? 2 : 4); round += 1) {
    floors.push(await bareCommits(bench));
    rates.push(await creationsThroughProgram(bench, round));
  }
  floors.push(await bareCommits(bench));
  const ratio = median(rates) / median(floors);
  const row = {
    name: "CreateApplication",
    value: median(rates),
    unit: "/s",
    floor: { value: median(floors), is: `bare commits, ${CLIENTS} in each` },
    ratio,
    bar: { demand: ">= 0.5", met: ratio >= 0.5 },
    note: "the floor has no HTTP",
  };
  return { part: "g", title: "durable creations a second, 64 clients", rows: [row], floorSpread: spread(floors) };
};

async function creationsThroughProgram(bench: Bench, round: number): Promise<number> {
  const flags = { "data-dir": newFolder(bench, "creations"), "quota-applications": "1000000" };
  const program = await startProgram(bench.program, flags);
  const generator = startHelper("loadGenerator.ts");
  const bodies = (kind: string) =>
    Array.from({ length: CREATIONS }, (_, index) => JSON.stringify({ applicationName: `${kind}-${round}-${index}` }));
  const load = (kind: string): Load => {
    return {
      url: program.url,
      template: codeDeployRequest("CreateApplication"),
      bodies: bodies(kind),
      connections: CLIENTS,
    };
  };
  await generator.ask<LoadResult>(load("warm"));
  const { requests, elapsedMs, refused } = await generator.ask<LoadResult>(load("measured"));
  await Promise.all([program.end(), generator.end()]);
  if (refused > 0) throw new Error(`${refused} creations were refused`);
  return (requests * 1000) / elapsedMs;
}

/** The rows that a creation leaves, in the same schema, synced to disk with each batch. */
async function bareCommits(bench: Bench): Promise<number> {
  const directory = newFolder(bench, "bare");
  const store = openSqliteStore({ directory, onCommitFailure: (error) => Promise.reject(error) });
  await store.close();
  const db = new DatabaseSync(join(directory, "signalbox.db"));
  db.exec("pragma journal_mode = wal; pragma synchronous = full");
  const application = db.prepare("insert into application (account_id, region, name, body) values (?, ?, ?, ?)");
  const audit = db.prepare("insert into audit (account_id, region, body) values (?, ?, ?)");
  const began = performance.now();
  for (let index = 0; index < CREATIONS; index += 1) {
    if (index % CLIENTS === 0) db.exec("begin immediate");
    const applicationName = `a-${index}`;
    const id = randomUUID();
    const created = { applicationId: id, applicationName, computePlatform: "Server", createTime: index };
    const entry = {
      at: index,
      operation: "CreateApplication",
      outcome: "Succeeded",
      requestId: id,
      input: { applicationName },
    };
    application.run(ACCOUNT, REGION, applicationName, JSON.stringify(created));
    audit.run(ACCOUNT, REGION, JSON.stringify({ ...entry, accessKeyId: ACCOUNT, sourceAddress: "127.0.0.1" }));
    if (index % CLIENTS === CLIENTS - 1 || index === CREATIONS - 1) db.exec("commit");
  }
  const elapsedMs = performance.now() - began;
  db.close();
  return (CREATIONS * 1000) / elapsedMs;
}
