/** Invokes validation functions. Only their report counts; how the invocation ended is told as well (semantics 4.5). */
import type { InvokeCommandOutput } from "@aws-sdk/client-lambda";
import type { Effect } from "../../engine/deployment.ts";
import type { Driver, EffectContext } from "../driver.ts";
import { type LambdaClients, lambdaSdk } from "../lambda/lambdaClients.ts";
import { lambdaError } from "../lambda/lambdaErrors.ts";
import { untilAborted } from "../sdkRequests.ts";

export interface LambdaHookOptions {
  clients: LambdaClients;
  /**
   * `request`: wait for the function to end, so that a failure without a report ends the wait at once. `event`: fire and
   * forget, as the real service is believed to do; a function that fails silently is then waited for until the deadline.
   */
  invocation: "request" | "event";
  /** The id under which the function reports. The same binding has the same id. */
  hookExecutionId: (binding: { deploymentId: string; targetId: string; lifecycleEvent: string }) => string;
}

type InvokeHook = Extract<Effect, { type: "invokeHook" }>;

export function lambdaHooks(options: LambdaHookOptions): Driver {
  return {
    performs: ["invokeHook"],
    async perform(effect, context) {
      if (effect.type !== "invokeHook") throw new Error(`the hook driver does not perform ${effect.type}`);
      const output = await invoke(options, effect, context);
      const { targetId, lifecycleEvent } = effect;
      const logTail = output.LogResult ? Buffer.from(output.LogResult, "base64").toString("utf8") : "";
      return { type: "hookInvocationEnded", targetId, lifecycleEvent, error: functionError(output), logTail };
    },
  };
}

async function invoke(
  options: LambdaHookOptions,
  effect: InvokeHook,
  context: EffectContext,
): Promise<InvokeCommandOutput> {
  const { InvokeCommand } = await lambdaSdk();
  const client = await options.clients(context.accountId, context.region);
  const { deploymentId } = context;
  const { functionName, lifecycleEvent, targetId, trafficStep: step } = effect;
  // Exactly these two members in AWS's events: a function cannot tell from its input which of them it runs in.
  const payload = {
    DeploymentId: deploymentId,
    LifecycleEventHookExecutionId: options.hookExecutionId({ deploymentId, targetId, lifecycleEvent }),
    ...(step && { TrafficStep: { CurrentWeight: step.from, TargetWeight: step.to } }),
  };
  const command = new InvokeCommand({
    FunctionName: functionName,
    Payload: Buffer.from(JSON.stringify(payload), "utf8"),
    ...(options.invocation === "event"
      ? { InvocationType: "Event" as const }
      : { InvocationType: "RequestResponse" as const, LogType: "Tail" as const }),
  });
  return untilAborted(context.signal, () => client.send(command)).catch((error: unknown) => {
    throw lambdaError(error, `The ${lifecycleEvent} function ${functionName} could not be invoked`);
  });
}

/** What the function failed with, in one line; `null` when it returned. */
function functionError(output: InvokeCommandOutput): string | null {
  if (!output.FunctionError) return null;
  const payload = output.Payload ? Buffer.from(output.Payload).toString("utf8") : "";
  try {
    const { errorType, errorMessage } = JSON.parse(payload) as { errorType?: string; errorMessage?: string };
    return [errorType, errorMessage].filter(Boolean).join(": ") || payload;
  } catch {
    return payload || output.FunctionError;
  }
}
