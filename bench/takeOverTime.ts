/**
 * (l) One of two nodes is killed with work under way: how long until the other has gone on with all of it. Each of the
 * reports that the dead node had accepted owes a move of an alias, which Lambda was asked for and had not answered.
 */
import { ACTIVE, codeDeployRequest, type Part } from "./bench.ts";
import { written } from "./figures.ts";
import { flagsOf, type Look, newInstallation, openLook } from "./installation.ts";
import type { StandInQuestion } from "./lambdaStandIn.ts";
import type { LoadResult } from "./loadGenerator.ts";
import { type Running, startHelper, startProgram } from "./processes.ts";
import type { Row } from "./report.ts";
import { reportOf } from "./requests.ts";
import { SEEDED_VERSION, seed, type WaitingDeployment } from "./seed.ts";

const MOST_MS = 10_000;
/** After this long the other will not go on any more. */
const GIVEN_UP_MS = 60_000;

/** From the kill, or where nobody is killed from the last report, until the first and the last has gone on. */
interface Taken {
  firstMs: number;
  lastMs: number;
}

export const takeOverTime: Part = async (bench) => {
  const [underWay, kills] = bench.quick ? [100, 1] : [1000, 3];
  const installation = await newInstallation(bench, "takeOver");
  const active = bench.quick ? ACTIVE / 10 : ACTIVE;
  bench.say(`writing ${active} active deployments`);
  const waiting = await seed(installation, active, "BeforeAllowTraffic");
  const lambda = startHelper("lambdaStandIn.ts");
  const hold = (isHeld: boolean) => lambda.ask<{ url: string }>({ isHeld } satisfies StandInQuestion);
  const { url } = await hold(false);
  const flags = { ...flagsOf(installation), endpoint: `lambda=${url}`, "hook-invocation": "event" };
  const other = await startProgram(bench.program, flags);
  const look = await openLook(installation);
  const found: Taken[] = [];
  let undisturbedMs = Number.NaN;
  try {
    // How long as many moves take where nobody dies: what the one that takes over must do besides.
    const undisturbed = waiting.splice(0, underWay);
    await report(other, undisturbed);
    undisturbedMs = (await untilTaken(look, undisturbed, performance.now())).lastMs;
    while (found.length < kills) {
      const doomed = await startProgram(bench.program, flags);
      const slice = waiting.splice(0, underWay);
      await hold(true);
      await report(doomed, slice);
      await doomed.kill();
      const killedAt = performance.now();
      await hold(false);
      found.push(await untilTaken(look, slice, killedAt));
      bench.say(
        `kill ${found.length}: first after ${written(found.at(-1)?.firstMs ?? 0)} ms, all after ${written(found.at(-1)?.lastMs ?? 0)} ms`,
      );
    }
  } finally {
    await look.close();
    await Promise.all([other.end(), lambda.end()]);
  }
  return {
    title: `kill -9 of one of two nodes with ${underWay} moves of aliases under way`,
    rows: rowsOf(found, undisturbedMs),
    floorSpread: 1,
  };
};

async function report({ url }: Running, deployments: WaitingDeployment[]): Promise<void> {
  const generator = startHelper("loadGenerator.ts");
  const template = codeDeployRequest("PutLifecycleEventHookExecutionStatus");
  const bodies = deployments.map(reportOf);
  const { refused, refusal } = await generator.ask<LoadResult>({ url, template, bodies, connections: 64 });
  await generator.end();
  if (refused > 0) throw new Error(`${refused} reports were refused, such as ${refusal}`);
}

/** The report's turn has raised the version once; the next comes with Lambda's answer. */
async function untilTaken(look: Look, deployments: WaitingDeployment[], killedAt: number): Promise<Taken> {
  const rows = deployments.map(({ n }) => n).join();
  const sql = `select count(*) as total from deployment where n in (${rows}) and version > ${SEEDED_VERSION + 1}`;
  let firstMs = Number.NaN;
  for (;;) {
    const [row] = await look.rows(sql);
    const gone = Number(row?.["total"]);
    const sinceMs = performance.now() - killedAt;
    if (gone > 0 && Number.isNaN(firstMs)) firstMs = sinceMs;
    if (gone === deployments.length) return { firstMs, lastMs: sinceMs };
    if (sinceMs > GIVEN_UP_MS) throw new Error(`only ${gone} of ${deployments.length} have gone on`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The longest of all kills counts: nobody's deployment may stand still for longer. */
function rowsOf(found: Taken[], undisturbedMs: number): Row[] {
  const row = (name: string, tookMs: number[]): Row => {
    const value = Math.max(...tookMs);
    return { name, value, unit: "ms", note: `kills ${tookMs.map(written).join(" ")}` };
  };
  const first = row(
    "until the other node goes on, longest",
    found.map(({ firstMs }) => firstMs),
  );
  const last = row(
    "  until all that was under way has gone on",
    found.map(({ lastMs }) => lastMs),
  );
  const barOf = ({ value }: Row) => ({
    demand: `<= ${written(MOST_MS)}`,
    met: value <= MOST_MS,
    whateverTheNoise: true,
  });
  const floor = { value: undisturbedMs, is: "where nobody dies" };
  return [
    { ...first, bar: barOf(first) },
    { ...last, floor, bar: barOf(last) },
  ];
}
