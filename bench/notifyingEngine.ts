/**
 * The real runner and the real notifier on the real store, deployments beginning at a fixed rate. Each starts, is
 * reported on twice and succeeds, which is two notifications where a webhook is named. Drivers of the deployment answer at
 * once; notifications go the whole way through the thread of the drivers.
 */
import { realClock } from "../src/clock.ts";
import { DriverHost, hostedNotifications } from "../src/drivers/driverHost.ts";
import { newDeployment } from "../src/engine/step.ts";
import { randomIds } from "../src/ids.ts";
import type { LambdaHook } from "../src/resources/lambdaAppSpec.ts";
import { Notifier } from "../src/runner/notifier.ts";
import { Runner } from "../src/runner/runner.ts";
import type { Store } from "../src/store/store.ts";
import { type Installation, openStore } from "./installation.ts";
import { planOf } from "./seed.ts";
import { stubDriver } from "./stubbedProgram.ts";

export type EngineQuestion =
  | { type: "open"; installation: Installation }
  /** `webhook` is told of these deployments; nobody where it is `null`. */
  | { type: "run"; deployments: number; perSecond: number; webhook: string | null }
  | { type: "owed" };

export interface NotifyingRun {
  ids: string[];
  /** From the moment a report was sent until the function of the next lifecycle event was invoked. */
  steppedMs: number[];
  cpuMs: number;
}

export interface Owed {
  /** Whether anything is owed still. */
  isOwed: boolean;
  dead: number;
}

type Engine = ReturnType<typeof open>;
let engine: Engine | null = null;

process.on("message", (question: EngineQuestion) => {
  answerTo(question).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});

async function answerTo(question: EngineQuestion): Promise<NotifyingRun | Owed | Record<string, never>> {
  if (question.type === "open") {
    engine = open(await openStore(question.installation));
    await engine.start();
    return {};
  }
  if (!engine) throw new Error("the engine is not open");
  return question.type === "owed" ? engine.owed() : engine.run(question);
}

function open(store: Store) {
  const clock = realClock();
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const invoked = new Map<string, () => void>();
  const drivers = [stubDriver((deploymentId) => invoked.get(deploymentId)?.())];
  const runner = new Runner({ store, clock, ids: randomIds, log, drivers });
  const host = new DriverHost(() => ({
    endpoints: {
      lambda: { kind: "aws" },
      ecs: { kind: "aws" },
      elbv2: { kind: "aws" },
      s3: { kind: "aws" },
      cloudwatch: { kind: "aws" },
      sns: { kind: "aws" },
      events: null,
    },
    alarmRules: null,
    invocation: "request",
    hookKey: new Uint8Array(32),
    allowedHosts: [{ host: "127.0.0.1", port: undefined }],
    webhookSecret: "secret",
  }));
  const notifier = new Notifier({ store, clock, ids: randomIds, log, deliver: hostedNotifications(host) });
  let made = 0;

  const nextHook = (deploymentId: string) =>
    new Promise<void>((resolve) =>
      invoked.set(deploymentId, () => {
        invoked.delete(deploymentId);
        resolve();
      }),
    );
  const report = (n: number, targetId: string, lifecycleEvent: LambdaHook) => {
    const event = { type: "hookReported", at: clock.now(), targetId, lifecycleEvent, status: "Succeeded" } as const;
    return store.transaction((tx) => tx.inbox.append(n, event, `hookReported/${targetId}/${lifecycleEvent}`));
  };
  /** Takes one deployment through; answers how long the step after its first report took. */
  const takeThrough = async (webhook: string | null, ids: string[]): Promise<number> => {
    made += 1;
    const number = made;
    const plan = {
      ...planOf("shop", number, clock.now()),
      notifies: { deploymentGroupId: `group-${number}`, triggers: [], webhook },
    };
    const fresh = newDeployment(plan);
    const targetId = fresh.targets[0]?.targetId ?? "";
    ids.push(plan.deploymentId);
    const first = nextHook(plan.deploymentId);
    const n = await store.transaction(async (tx) => {
      const inserted = await tx.deployments.insert(plan, fresh, 1, number);
      await tx.inbox.append(inserted, { type: "start", at: clock.now() });
      return inserted;
    });
    await first;
    const second = nextHook(plan.deploymentId);
    const start = performance.now();
    await report(n, targetId, "BeforeAllowTraffic");
    await second;
    const elapsed = performance.now() - start;
    await report(n, targetId, "AfterAllowTraffic");
    return elapsed;
  };

  return {
    async start(): Promise<void> {
      await runner.start();
      notifier.start();
    },
    async run({ deployments, perSecond, webhook }: Extract<EngineQuestion, { type: "run" }>): Promise<NotifyingRun> {
      const cpu = process.cpuUsage();
      const ids: string[] = [];
      const under: Promise<number>[] = [];
      const start = performance.now();
      while (under.length < deployments) {
        const due = Math.min(deployments, ((performance.now() - start) * perSecond) / 1000);
        while (under.length < due) under.push(takeThrough(webhook, ids));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      const steppedMs = await Promise.all(under);
      const { user, system } = process.cpuUsage(cpu);
      return { ids, steppedMs, cpuMs: (user + system) / 1000 };
    },
    async owed(): Promise<Owed> {
      const scope = { accountId: "123456789012", region: "eu-west-1" };
      const page = (limit: number) => ({ after: null, limit });
      return store.read(async ({ notifications }) => ({
        isOwed: (await notifications.list(scope, "owed", page(1))).length > 0,
        dead: (await notifications.list(scope, "dead", page(100_000))).length,
      }));
    },
  };
}
