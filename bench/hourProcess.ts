/** An hour of virtual time in which deployments begin at a fixed rate, minute by minute, in a process of its own. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { virtualClock } from "../src/clock.ts";
import { countOf, type Installation, openLook, openStore } from "./installation.ts";
import { openWholeLives } from "./wholeLives.ts";

/** Asks for one more minute. */
export interface MinuteQuestion {
  installation: Installation;
  perSecond: number;
}

export interface MinuteAnswer {
  /** What is alive on the heap and in buffers, right after a collection. */
  aliveKB: number;
  residentKB: number;
  finished: number;
}

/** How long each deployment's canary lasts, and some more. */
const LONGEST_LIFE_S = 330;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

let opened: ReturnType<typeof open> | null = null;

process.on("message", (question: MinuteQuestion) => {
  opened ??= open(question);
  opened
    .then((minute) => minute())
    .then(
      (answer) => process.send?.(answer),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
});

async function open({ installation, perSecond }: MinuteQuestion): Promise<() => Promise<MinuteAnswer>> {
  const clock = virtualClock(Date.now());
  const store = await openStore(installation, "own");
  const look = await openLook(installation);
  const configName = "CodeDeployDefault.LambdaCanary10Percent5Minutes";
  const lives = await openWholeLives(store, clock, { configName, groups: perSecond * LONGEST_LIFE_S });
  let failure: unknown = null;
  const second = async () => {
    for (let begun = 0; begun < perSecond; begun += 1) {
      lives.live().catch((error: unknown) => {
        failure ??= error;
      });
    }
    await clock.advance(1000);
    const { deployments } = await lives.ask("ListDeployments", {});
    const [deploymentId] = deployments as string[];
    await lives.ask("GetDeployment", { deploymentId });
    if (failure) throw failure;
  };
  return async () => {
    for (let passed = 0; passed < 60; passed += 1) await second();
    collectGarbage();
    // What the first has only marked, such as the keys of weak maps.
    collectGarbage();
    const { heapUsed, external, rss } = process.memoryUsage();
    const finished = await countOf(look, "select count(*) as total from deployment where active = 0");
    return { aliveKB: (heapUsed + external) / 1024, residentKB: rss / 1024, finished };
  };
}
