/**
 * (h) A webhook's receiver is down for a minute while 10,000 notifications arise: none is lost, the order of each
 * deployment is kept, and the engine is as fast as without them, measured before and after in the same run.
 */
import { type Bench, newFolder, type Part } from "./bench.ts";
import { median, percentile, spread } from "./figures.ts";
import type { EngineQuestion, NotifyingRun, Owed } from "./notifyingEngine.ts";
import { type Helper, startHelper } from "./processes.ts";
import type { Row } from "./report.ts";
import type { ReceiverAnswer, ReceiverQuestion } from "./webhookReceiver.ts";

const EVENTS = ["DeploymentStart", "DeploymentSuccess"];
/** The longest wait between two attempts by then, and some. */
const DRAIN_LIMIT_S = 240;

interface Found {
  before: NotifyingRun;
  notifying: NotifyingRun;
  after: NotifyingRun;
  /** From the receiver's return until nothing was owed, in seconds. */
  drainedS: number;
  dead: number;
  told: string[];
}

export const notifications: Part = async (bench) => {
  const [deployments, perSecond] = bench.quick ? [500, 84] : [5000, 84];
  const found = await measure(bench, deployments, perSecond);
  return {
    part: "h",
    title: `${deployments * 2} notifications while their receiver is down, ${perSecond} deployments a second`,
    rows: rowsOf(found),
    floorSpread: spread([found.before, found.after].map(({ steppedMs }) => median(steppedMs))),
  };
};

async function measure(bench: Bench, deployments: number, perSecond: number): Promise<Found> {
  const engine = startHelper("notifyingEngine.ts");
  const receiver = startHelper("webhookReceiver.ts");
  const ask = (question: ReceiverQuestion) => receiver.ask<ReceiverAnswer>(question);
  const run = (count: number, webhook: string | null) =>
    engine.ask<NotifyingRun>({ type: "run", deployments: count, perSecond, webhook } satisfies EngineQuestion);
  try {
    await engine.ask({ type: "open", directory: newFolder(bench, "notifications") } satisfies EngineQuestion);
    const { url } = await ask("up");
    bench.say("(h) warming up");
    await run(Math.ceil(deployments / 10), null);
    await ask("down");
    bench.say("(h) without notifications");
    const before = await run(Math.ceil(deployments / 2), null);
    bench.say(`(h) ${deployments * 2} notifications, nobody listening`);
    const notifying = await run(deployments, url);
    await ask("up");
    bench.say("(h) the receiver is up again");
    const { drainedS, dead } = await drained(engine);
    const { told } = await ask("told");
    bench.say("(h) without notifications again");
    return { before, notifying, after: await run(Math.ceil(deployments / 2), null), drainedS, dead, told };
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

function rowsOf({ before, notifying, after, drainedS, dead, told }: Found): Row[] {
  const bare = [...before.steppedMs, ...after.steppedMs];
  const latency = (name: string, share: number, demand: number | null): Row => {
    const value = percentile(notifying.steppedMs, share);
    const floor = percentile(bare, share);
    return {
      name,
      value,
      unit: "ms",
      floor: { value: floor, is: "without notifications" },
      ratio: value / floor,
      ...(demand !== null && { bar: { demand: `<= ${demand}`, met: value / floor <= demand } }),
    };
  };
  const cpuOf = ({ cpuMs, ids }: NotifyingRun) => (cpuMs * 1000) / ids.length;
  const courses = new Map<string, string[]>();
  for (const each of told) {
    const [id = "", event = ""] = each.split(" ");
    courses.set(id, [...(courses.get(id) ?? []), event]);
  }
  const missing = notifying.ids.flatMap((id) => EVENTS.filter((event) => !courses.get(id)?.includes(event))).length;
  const disordered = [...courses.values()].filter((events) => [...events].sort().join() !== events.join()).length;
  return [
    latency("report to next step, p50", 0.5, 1.1),
    latency("report to next step, p99", 0.99, null),
    {
      name: "CPU of engine and drivers",
      value: cpuOf(notifying),
      unit: "µs/deployment",
      floor: { value: (cpuOf(before) + cpuOf(after)) / 2, is: "without notifications" },
      note: "two notifications each, with every attempt meanwhile",
    },
    {
      name: "notifications lost",
      value: missing,
      unit: "",
      bar: { demand: "0", met: missing + dead === 0, whateverTheNoise: true },
      note: `${told.length} came, ${dead} were given up`,
    },
    {
      name: "deployments told of out of order",
      value: disordered,
      unit: "",
      bar: { demand: "0", met: disordered === 0, whateverTheNoise: true },
    },
    { name: "all delivered after the receiver's return", value: drainedS, unit: "s" },
  ];
}
