/**
 * (h) A webhook's receiver is down for a minute while 10,000 notifications arise: none is lost, the order of each
 * deployment is kept, and the engine is as fast as in the rounds between, without them.
 */
import type { Bench, Part } from "./bench.ts";
import { median, percentile, spread } from "./figures.ts";
import { newInstallation } from "./installation.ts";
import type { EngineQuestion, NotifyingRun, Owed } from "./notifyingEngine.ts";
import { type Helper, startHelper } from "./processes.ts";
import type { Row } from "./report.ts";
import type { ReceiverAnswer, ReceiverQuestion } from "./webhookReceiver.ts";

const EVENTS = ["DeploymentStart", "DeploymentSuccess"];
/** Rounds of five seconds, every second one with notifications, because a machine's speed changes from one to the next. */
const ROUNDS = 12;
const PER_SECOND = 168;
const DRAIN_LIMIT_S = 240;

interface Round {
  bare: NotifyingRun;
  notifying: NotifyingRun;
}

interface Found {
  rounds: Round[];
  /** From the receiver's return until nothing was owed, in seconds. */
  drainedS: number;
  dead: number;
  told: string[];
}

export const notifications: Part = async (bench) => {
  const found = await measure(bench, bench.quick ? 100 : 5 * PER_SECOND);
  const notified = found.rounds.reduce((total, { notifying }) => total + notifying.ids.length, 0);
  return {
    title: `${notified * 2} notifications while their receiver is down, ${PER_SECOND} deployments a second`,
    rows: rowsOf(found),
    floorSpread: spread(found.rounds.map(({ bare }) => median(bare.steppedMs))),
  };
};

async function measure(bench: Bench, deployments: number): Promise<Found> {
  const engine = startHelper("notifyingEngine.ts");
  const receiver = startHelper("webhookReceiver.ts");
  const ask = (question: ReceiverQuestion) => receiver.ask<ReceiverAnswer>(question);
  const run = (webhook: string | null) =>
    engine.ask<NotifyingRun>({ type: "run", deployments, perSecond: PER_SECOND, webhook } satisfies EngineQuestion);
  try {
    await engine.ask({
      type: "open",
      installation: await newInstallation(bench, "notifications"),
    } satisfies EngineQuestion);
    const { url } = await ask("up");
    bench.say("warming up");
    await run(null);
    await ask("down");
    bench.say("nobody listens");
    const rounds: Round[] = [];
    while (rounds.length < ROUNDS / 2) rounds.push({ bare: await run(null), notifying: await run(url) });
    await ask("up");
    bench.say("the receiver is up again");
    const { drainedS, dead } = await drained(engine);
    const { told } = await ask("told");
    return { rounds, drainedS, dead, told };
  } finally {
    await Promise.all([engine.end(), receiver.end()]);
  }
}

async function drained(engine: Helper): Promise<{ drainedS: number; dead: number }> {
  const start = performance.now();
  for (;;) {
    const { isOwed, dead } = await engine.ask<Owed>({ type: "owed" } satisfies EngineQuestion);
    const drainedS = (performance.now() - start) / 1000;
    if (!isOwed || drainedS > DRAIN_LIMIT_S) return { drainedS, dead };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function rowsOf({ rounds, drainedS, dead, told }: Found): Row[] {
  const latency = (name: string, share: number, demand: number | null): Row => {
    const of = (pick: (round: Round) => NotifyingRun) =>
      rounds.map((round) => percentile(pick(round).steppedMs, share));
    const [values, floors] = [of(({ notifying }) => notifying), of(({ bare }) => bare)];
    const ratios = values.map((value, index) => value / (floors[index] ?? Number.NaN));
    return {
      name,
      value: median(values),
      unit: "ms",
      floor: { value: median(floors), is: "without notifications" },
      ratio: median(ratios),
      ...(demand !== null && { bar: { demand: `<= ${demand}`, met: median(ratios) <= demand } }),
      note: `rounds ${ratios.map((each) => each.toFixed(2)).join(" ")}`,
    };
  };
  const cpuOf = (pick: (round: Round) => NotifyingRun) =>
    median(rounds.map((round) => (pick(round).cpuMs * 1000) / pick(round).ids.length));
  const courses = new Map<string, string[]>();
  for (const each of told) {
    const [id = "", event = ""] = each.split(" ");
    courses.set(id, [...(courses.get(id) ?? []), event]);
  }
  const ids = rounds.flatMap(({ notifying }) => notifying.ids);
  const missing = ids.flatMap((id) => EVENTS.filter((event) => !courses.get(id)?.includes(event))).length;
  const disordered = [...courses.values()].filter((events) => [...events].sort().join() !== events.join()).length;
  return [
    latency("report to next step, p50", 0.5, 1.1),
    latency("report to next step, p99", 0.99, null),
    {
      name: "CPU of engine and drivers",
      value: cpuOf(({ notifying }) => notifying),
      unit: "µs/deployment",
      floor: { value: cpuOf(({ bare }) => bare), is: "without notifications" },
      note: "two notifications each, with every attempt meanwhile",
    },
    {
      name: "notifications lost",
      value: missing,
      unit: "",
      bar: { demand: "0", met: missing + dead === 0, isFact: true },
      note: `${told.length} came, ${dead} were given up`,
    },
    {
      name: "deployments told of out of order",
      value: disordered,
      unit: "",
      bar: { demand: "0", met: disordered === 0, isFact: true },
    },
    { name: "all delivered after the receiver's return", value: drainedS, unit: "s" },
  ];
}
