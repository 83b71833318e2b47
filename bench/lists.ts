/** (f) A page of ListDeployments with a thousand and with a million deployments, and what a finished one weighs. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Bench, codeDeployRequest, newFolder, type Part } from "./bench.ts";
import { percentile } from "./figures.ts";
import { HttpConnection, requestBytes } from "./httpConnection.ts";
import { startProgram } from "./processes.ts";
import type { Row } from "./report.ts";
import { seed } from "./seed.ts";

const FEW = 1000;
const MANY = 1_000_000;
/** Copies with plan, target and history, from which the weight of one is read. */
const WEIGHED = 10_000;
const PAGES = 600;

export const lists: Part = async (bench) => {
  const many = bench.quick ? MANY / 10 : MANY;
  const few = await pageTimes(bench, FEW);
  const all = await pageTimes(bench, many);
  const ratio = percentile(all, 0.99) / percentile(few, 0.99);
  const row: Row = {
    name: `ListDeployments, a page where there are ${many}, p99`,
    value: percentile(all, 0.99),
    unit: "ms",
    floor: { value: percentile(few, 0.99), is: `where there are ${FEW}` },
    ratio,
    bar: { demand: "<= 1.5", met: ratio <= 1.5 },
    note: `p50 ${percentile(all, 0.5).toFixed(2)} and ${percentile(few, 0.5).toFixed(2)} ms`,
  };
  const weight: Row = { name: "a finished deployment in the database", value: await weightBytes(bench), unit: "bytes" };
  return { part: "f", title: "lists, over HTTP, one page after the other", rows: [row, weight], floorSpread: 1 };
};

/** How long pages take, in milliseconds, one after the other by their tokens; from the start again at the end. */
async function pageTimes(bench: Bench, deployments: number): Promise<number[]> {
  const directory = newFolder(bench, "lists");
  bench.say(`(f) writing ${deployments} deployments`);
  await seed(directory, FEW, "AfterAllowTraffic");
  copyDeployments(directory, deployments - FEW, { whole: false });
  const program = await startProgram(bench.program, { "data-dir": directory });
  const connection = await HttpConnection.open(program.url);
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
  await program.end();
  return times;
}

async function weightBytes(bench: Bench): Promise<number> {
  const directory = newFolder(bench, "weight");
  await seed(directory, FEW, "AfterAllowTraffic");
  const before = sizeOf(directory);
  copyDeployments(directory, WEIGHED, { whole: true });
  return (sizeOf(directory) - before) / WEIGHED;
}

const sizeOf = (directory: string) => statSync(join(directory, "signalbox.db")).size;

/** Finished deployments like the seeded ones, written by SQL: through the API they would take an hour. */
function copyDeployments(directory: string, count: number, { whole }: { whole: boolean }): void {
  const db = new DatabaseSync(join(directory, "signalbox.db"));
  db.exec("pragma synchronous = off; begin");
  const copies = `with recursive copy(i) as (select 1 union all select i + 1 from copy where i < ${Math.ceil(count / FEW)})`;
  db.exec(`${copies} insert into deployment
    (account_id, region, id, application_n, group_n, status, active, create_time, update_time, version, wake_at, state)
    select account_id, region, printf('d-%09d', i * ${FEW} + n), application_n, group_n, 'Succeeded', 0,
      create_time - i * 1000, update_time, version, null, state from deployment, copy where n <= ${FEW}`);
  if (whole) {
    const source = `cast(substr(id, 3) as integer) % ${FEW}`;
    db.exec(`insert into deployment_plan (deployment_n, config_name, body)
      select n, config_name, body from deployment join deployment_plan
      on deployment_n = case ${source} when 0 then ${FEW} else ${source} end where n > ${FEW}`);
    db.exec(`insert into target (deployment_n, target_id, status, body)
      select n, target_id, 'Succeeded', body from deployment join target
      on deployment_n = case ${source} when 0 then ${FEW} else ${source} end where n > ${FEW}`);
    db.exec(`insert into history (deployment_n, version, body)
      select n, history.version, body from deployment join history
      on deployment_n = case ${source} when 0 then ${FEW} else ${source} end where n > ${FEW}`);
  }
  db.exec("commit; pragma wal_checkpoint(truncate)");
  db.close();
}
