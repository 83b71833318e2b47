/**
 * The real runner on the real store, saturated: 256 hook reports outstanding, drivers that answer at once. Each of its
 * deployments is reported on twice and ends: report, alias moved, hook invoked, report, invocation ended.
 */
import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { realClock } from "../src/clock.ts";
import { randomIds } from "../src/ids.ts";
import type { LambdaHook } from "../src/resources/lambdaAppSpec.ts";
import { Runner } from "../src/runner/runner.ts";
import { countOf, type Installation, openLook, openStore } from "./installation.ts";
import type { WaitingDeployment } from "./seed.ts";
import { stubDriver } from "./stubbedProgram.ts";

const OUTSTANDING = 256;

export interface EngineRun {
  /** Turns that were written: how much the versions of the rows have risen. */
  transitions: number;
  elapsedMs: number;
  cpuMs: number;
  commits: number;
}

export async function engineUnderLoad(installation: Installation) {
  const commits = countCommits();
  const clock = realClock();
  const store = await openStore(installation);
  const invoked = new Map<string, () => void>();
  const drivers = [stubDriver((deploymentId) => invoked.get(deploymentId)?.())];
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const runner = new Runner({ store, clock, ids: randomIds, log, drivers });
  await runner.start();
  const look = await openLook(installation);
  const transitionsSoFar = () => countOf(look, "select sum(version) as total from deployment");
  const isQuiet = async () =>
    (await countOf(look, "select (select count(*) from inbox) + (select count(*) from effect) as total")) === 0;

  const report = ({ n, deploymentId, targetId }: WaitingDeployment, lifecycleEvent: LambdaHook) => {
    const event = { type: "hookReported", at: clock.now(), targetId, lifecycleEvent, status: "Succeeded" } as const;
    const once = `hookReported/${targetId}/${lifecycleEvent}`;
    return store.transaction((tx) => tx.inbox.append(n, event, once), deploymentId);
  };
  const takeThrough = async (deployment: WaitingDeployment) => {
    const nextHook = new Promise<void>((resolve) => invoked.set(deployment.deploymentId, resolve));
    await report(deployment, "BeforeAllowTraffic");
    await nextHook;
    invoked.delete(deployment.deploymentId);
    await report(deployment, "AfterAllowTraffic");
  };

  return {
    async run(deployments: WaitingDeployment[]): Promise<EngineRun> {
      const before = { transitions: await transitionsSoFar(), commits: commits(), cpu: process.cpuUsage() };
      const start = performance.now();
      let next = 0;
      const worker = async () => {
        for (let mine = deployments[next++]; mine; mine = deployments[next++]) await takeThrough(mine);
      };
      await Promise.all(Array.from({ length: OUTSTANDING }, worker));
      while (!(await isQuiet())) await new Promise((resolve) => setImmediate(resolve));
      const elapsedMs = performance.now() - start;
      const { user, system } = process.cpuUsage(before.cpu);
      return {
        transitions: (await transitionsSoFar()) - before.transitions,
        elapsedMs,
        cpuMs: (user + system) / 1000,
        commits: commits() - before.commits,
      };
    },
    async close(): Promise<void> {
      await runner.stop();
      await look.close();
      await store.close();
    },
  };
}

/** Every commit is one sync of the write-ahead log; SQLite's checkpoints add two for every 4000 pages. */
export function countCommits(): () => number {
  let count = 0;
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql) {
    if (sql === "commit") count += 1;
    exec.call(this, sql);
  };
  const query = Client.prototype.query as (...values: unknown[]) => unknown;
  Client.prototype.query = function (this: Client, ...values: unknown[]) {
    if (values[0] === "commit") count += 1;
    return query.apply(this, values);
  } as typeof Client.prototype.query;
  return () => count;
}
