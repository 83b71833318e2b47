/** (f) A page of ListDeployments with a thousand and with a million deployments, and what a finished one weighs. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { type Bench, codeDeployRequest, type Part } from "./bench.ts";
import { percentile, spread } from "./figures.ts";
import { HttpConnection, requestBytes } from "./httpConnection.ts";
import { countOf, executeOn, flagsOf, type Installation, newInstallation, openLook, settle } from "./installation.ts";
import { type Running, startProgram } from "./processes.ts";
import type { Row } from "./report.ts";
import { seed } from "./seed.ts";

const FEW = 1000;
const MANY = 1_000_000;
/** Copies with plan, target and history, from which the weight of one is read. */
const WEIGHED = 10_000;
const PAGES = 600;

export const lists: Part = async (bench) => {
  const many = bench.quick ? MANY / 10 : MANY;
  const few = await startWith(bench, FEW);
  const all = await startWith(bench, many);
  try {
    const before = await pageTimes(few.url);
    const times = await pageTimes(all.url);
    const after = await pageTimes(few.url);
    const floors = [...before, ...after];
    const ratio = percentile(times, 0.99) / percentile(floors, 0.99);
    const row: Row = {
      name: `ListDeployments, a page where there are ${many}, p99`,
      value: percentile(times, 0.99),
      unit: "ms",
      floor: { value: percentile(floors, 0.99), is: `where there are ${FEW}` },
      ratio,
      bar: { demand: "<= 1.5", met: ratio <= 1.5 },
      note: `p50 ${percentile(times, 0.5).toFixed(2)} and ${percentile(floors, 0.5).toFixed(2)} ms`,
    };
    const weight: Row = {
      name: "a finished deployment in the database",
      value: await weightBytes(bench),
      unit: "bytes",
    };
    const floorSpread = spread([percentile(before, 0.5), percentile(after, 0.5)]);
    return { title: "lists, over HTTP, one page after the other", rows: [row, weight], floorSpread };
  } finally {
    await Promise.all([few.end(), all.end()]);
  }
};

async function startWith(bench: Bench, deployments: number): Promise<Running> {
  const installation = await newInstallation(bench, "lists");
  bench.say(`writing ${deployments} deployments`);
  await seed(installation, FEW, "AfterAllowTraffic");
  await copyDeployments(installation, deployments - FEW, { whole: false });
  await settle(installation);
  return startProgram(bench.program, flagsOf(installation));
}

/** How long pages take, in milliseconds, one after the other by their tokens; from the start again at the end. */
async function pageTimes(url: string): Promise<number[]> {
  const connection = await HttpConnection.open(url);
  const times: number[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < PAGES * 1.2; page += 1) {
    const began = performance.now();
    const body = JSON.stringify(nextToken ? { nextToken } : {});
    const response = await connection.send(requestBytes(codeDeployRequest("ListDeployments"), body));
    // The first fifth warms the program up.
    if (page >= PAGES * 0.2) times.push(performance.now() - began);
    nextToken = (JSON.parse(response.body.toString("utf8")) as { nextToken?: string }).nextToken;
  }
  connection.close();
  return times;
}

async function weightBytes(bench: Bench): Promise<number> {
  const installation = await newInstallation(bench, "weight");
  await seed(installation, FEW, "AfterAllowTraffic");
  const before = await sizeOf(installation);
  await copyDeployments(installation, WEIGHED, { whole: true });
  return ((await sizeOf(installation)) - before) / WEIGHED;
}

async function sizeOf(installation: Installation): Promise<number> {
  if (installation.databaseUrl === null) return statSync(join(installation.directory, "signalbox.db")).size;
  const look = await openLook(installation);
  const tables = "select oid from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace";
  const bytes = await countOf(look, `select sum(pg_total_relation_size(oid)) as total from (${tables}) as tables`);
  await look.close();
  return bytes;
}

/** Finished deployments like the seeded ones, written by SQL: through the API they would take an hour. */
async function copyDeployments(installation: Installation, count: number, { whole }: { whole: boolean }) {
  const copies = `with recursive copy(i) as (select 1 union all select i + 1 from copy where i < ${Math.ceil(count / FEW)})`;
  const statements = [
    `${copies} insert into deployment
      (account_id, region, id, application_n, group_n, status, active, create_time, update_time, version, wake_at, state)
      select account_id, region, 'd-' || (100000000 + i * ${FEW} + n), application_n, group_n, 'Succeeded', 0,
        create_time - i * 1000, update_time, version, null, state from deployment, copy where n <= ${FEW}`,
  ];
  if (whole) {
    const source = `cast(substr(id, 3) as integer) % ${FEW}`;
    const copied = `on deployment_n = case ${source} when 0 then ${FEW} else ${source} end where n > ${FEW}`;
    statements.push(
      `insert into deployment_plan (deployment_n, config_name, body)
        select n, config_name, body from deployment join deployment_plan ${copied}`,
      `insert into target (deployment_n, target_id, status, body)
        select n, target_id, 'Succeeded', body from deployment join target ${copied}`,
      `insert into history (deployment_n, version, body)
        select n, history.version, body from deployment join history ${copied}`,
    );
  }
  await executeOn(installation, statements);
}
