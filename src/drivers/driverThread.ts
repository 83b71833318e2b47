/** The thread of the drivers: the AWS SDK takes more time for a call than the engine for a turn, so it has its own core. */
import { parentPort, workerData } from "node:worker_threads";
import { wallClock } from "../clock.ts";
import { outgoingHttp } from "../protocol/outgoingHttp.ts";
import { sealHookExecutionId } from "../resources/hookExecutionId.ts";
import { cloudWatchAlarms } from "./alarms/cloudWatchAlarms.ts";
import { prometheusAlarms } from "./alarms/prometheusAlarms.ts";
import { ruledAlarms } from "./alarms/ruledAlarms.ts";
import { EffectError } from "./driver.ts";
import { balancerClients, ecsClients } from "./ecs/ecsClients.ts";
import { ecsDriver } from "./ecs/ecsDriver.ts";
import { lambdaHooks } from "./hooks/lambdaHooks.ts";
import { lambdaClients } from "./lambda/lambdaClients.ts";
import { lambdaDriver } from "./lambda/lambdaDriver.ts";
import { scratchAliases } from "./lambda/scratchAliases.ts";
import { eventsDriver } from "./notifications/events.ts";
import { snsDriver } from "./notifications/sns.ts";
import { webhookDriver } from "./notifications/webhook.ts";
import { revisionDriver } from "./revisions/revisionDriver.ts";
import { s3Clients } from "./revisions/s3Clients.ts";
import type { CallName, DriverThreadData, FromThread, ThreadCalls, ToThread } from "./threadCalls.ts";

// What an error is made of here leaves as its message, and the SDK throws several at every call: to fill in their stacks took
// a sixth of its CPU.
Error.stackTraceLimit = 0;

const { endpoints, alarmRules, invocation, hookKey, allowedHosts, webhookSecret } = workerData as DriverThreadData;
const lambda = lambdaClients(endpoints.lambda);
const key = Buffer.from(hookKey);
const drivers = [
  revisionDriver(s3Clients(endpoints.s3)),
  lambdaDriver(lambda),
  ecsDriver(ecsClients(endpoints.ecs), balancerClients(endpoints.elbv2)),
  lambdaHooks({ clients: lambda, invocation, hookExecutionId: (binding) => sealHookExecutionId(key, binding) }),
];
const scratch = scratchAliases(lambda);

const cloudWatch = cloudWatchAlarms(endpoints.cloudwatch);
const alarms = alarmRules
  ? ruledAlarms(alarmRules, prometheusAlarms(alarmRules, wallClock.now), cloudWatch)
  : cloudWatch;
const notifiers = {
  sns: snsDriver(endpoints.sns),
  events: endpoints.events && eventsDriver(endpoints.events),
  webhook: webhookDriver(outgoingHttp({ allowed: allowedHosts }), webhookSecret),
};

/** How each call is answered. */
const answers: {
  [Name in CallName]: (input: ThreadCalls[Name]["input"], signal: AbortSignal) => Promise<ThreadCalls[Name]["output"]>;
} = {
  async perform({ effect, ...context }, signal) {
    const driver = drivers.find(({ performs }) => performs.includes(effect.type));
    if (!driver) throw new Error(`no driver performs ${effect.type}`);
    return driver.perform(effect, { ...context, signal });
  },
  lookAtAlarms: ({ names, ...scope }, signal) => alarms.look(scope, names, signal),
  async deliver(delivery, signal) {
    const notify = notifiers[delivery.kind];
    if (!notify) throw new EffectError("invalid", "There is no EventBridge: --endpoint events=… names none", false);
    await notify(delivery, signal);
    return null;
  },
  async requireVersions({ where, versions }, signal) {
    await scratch.requireVersions(where, versions, signal);
    return null;
  },
  async createScratchAlias({ where, name, version }, signal) {
    await scratch.create(where, name, version, signal);
    return null;
  },
  async deleteScratchAlias({ where, name }, signal) {
    await scratch.delete(where, name, signal);
    return null;
  },
  listScratchAliases: ({ where }, signal) => scratch.list(where, signal),
};

type Output = ThreadCalls[CallName]["output"];

const underWay = new Map<number, AbortController>();

parentPort?.on("message", (message: ToThread) => {
  if ("abort" in message) return underWay.get(message.abort)?.abort();
  void answer(message).then((answered) => parentPort?.postMessage(answered));
});

async function answer({ id, name, input }: Exclude<ToThread, { abort: number }>): Promise<FromThread> {
  const controller = new AbortController();
  underWay.set(id, controller);
  try {
    // The name and the input of a message belong together; the compiler cannot know it of a union.
    const answerTo = answers[name] as (given: typeof input, signal: AbortSignal) => Promise<Output>;
    return { id, output: await answerTo(input, controller.signal) };
  } catch (error) {
    if (error instanceof EffectError) {
      const { kind, message, retryable, throttled } = error;
      return { id, problem: { kind, message, retryable, throttled } };
    }
    return { id, problem: { kind: "unavailable", message: String(error), retryable: false, throttled: false } };
  } finally {
    underWay.delete(id);
  }
}
