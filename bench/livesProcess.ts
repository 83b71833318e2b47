/** Whole lives of deployments, beside as many as are under way already, in a process of its own. */
import { realClock } from "../src/clock.ts";
import { countCommits } from "./engineUnderLoad.ts";
import { countOf, type Installation, openLook, openStore } from "./installation.ts";
import { openWholeLives } from "./wholeLives.ts";

export interface LivesQuestion {
  installation: Installation;
  lives: number;
  /** How many at once. */
  outstanding: number;
}

export interface LivesRun {
  cpuMs: number;
  /** Turns that were written: how much the versions of the rows have risen. */
  turns: number;
  /** Times that a disk was waited for. */
  syncs: number;
}

/** As many as are ever under way at once, and as many again: a group is free a moment after its deployment's last report. */
const GROUPS = 1024;

let opened: ReturnType<typeof open> | null = null;

process.on("message", async (question: LivesQuestion) => {
  opened ??= open(question.installation);
  const { run } = await opened;
  process.send?.(await run(question));
});

async function open(installation: Installation) {
  const commits = countCommits();
  const clock = realClock();
  const store = await openStore(installation);
  const look = await openLook(installation);
  const configName = "CodeDeployDefault.LambdaAllAtOnce";
  const lives = await openWholeLives(store, clock, { configName, groups: GROUPS });
  const turnsSoFar = () => countOf(look, "select sum(version) as total from deployment");
  const unfinished = "select (select count(*) from inbox) + (select count(*) from effect) as total";
  const syncsSoFar = async () => {
    if (installation.databaseUrl === null) return commits();
    // PostgreSQL's processes tell of what they have done a second later.
    await pause(1200);
    return countOf(look, "select wal_sync as total from pg_stat_wal");
  };
  const run = async ({ lives: count, outstanding }: LivesQuestion): Promise<LivesRun> => {
    const before = { turns: await turnsSoFar(), syncs: await syncsSoFar(), cpu: process.cpuUsage() };
    let begun = 0;
    const worker = async () => {
      while (begun++ < count) await lives.live();
    };
    await Promise.all(Array.from({ length: outstanding }, worker));
    while ((await countOf(look, unfinished)) > 0) await pause(5);
    const { user, system } = process.cpuUsage(before.cpu);
    const syncs = (await syncsSoFar()) - before.syncs;
    return { cpuMs: (user + system) / 1000, turns: (await turnsSoFar()) - before.turns, syncs };
  };
  return { run };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
