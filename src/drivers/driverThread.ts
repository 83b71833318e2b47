/** Performs effects on a core of its own: the AWS SDK takes more time for a call than the engine for a turn. */
import { parentPort, workerData } from "node:worker_threads";
import { sealHookExecutionId } from "../resources/hookExecutionId.ts";
import type { ClientEndpoint } from "./awsClients.ts";
import { EffectError } from "./driver.ts";
import { lambdaHooks } from "./hooks/lambdaHooks.ts";
import { lambdaClients } from "./lambda/lambdaClients.ts";
import { lambdaDriver } from "./lambda/lambdaDriver.ts";
import type { Performed, ToPerform } from "./threadedDriver.ts";

export interface DriverThreadData {
  endpoints: { lambda: ClientEndpoint };
  invocation: "request" | "event";
  hookKey: Uint8Array;
}

const { endpoints, invocation, hookKey } = workerData as DriverThreadData;
const clients = lambdaClients(endpoints.lambda);
const key = Buffer.from(hookKey);
const drivers = [
  lambdaDriver(clients),
  lambdaHooks({ clients, invocation, hookExecutionId: (binding) => sealHookExecutionId(key, binding) }),
];
const underWay = new Map<number, AbortController>();

parentPort?.on("message", (message: ToPerform) => {
  if ("abort" in message) return underWay.get(message.abort)?.abort();
  void perform(message).then((performed) => parentPort?.postMessage(performed));
});

async function perform({ id, effect, context }: Exclude<ToPerform, { abort: number }>): Promise<Performed> {
  const controller = new AbortController();
  underWay.set(id, controller);
  try {
    const driver = drivers.find(({ performs }) => performs.includes(effect.type));
    if (!driver) throw new Error(`no driver performs ${effect.type}`);
    return { id, answer: await driver.perform(effect, { ...context, signal: controller.signal }) };
  } catch (error) {
    if (error instanceof EffectError)
      return { id, problem: { kind: error.kind, message: error.message, retryable: error.retryable } };
    return { id, problem: { kind: "unavailable", message: String(error), retryable: false } };
  } finally {
    underWay.delete(id);
  }
}
