/** Everything that is asked of the thread of the drivers, by name: what goes in and what comes back. Plain data only. */
import type { Effect, EffectAnswer, EffectProblem } from "../engine/deployment.ts";
import type { AllowedHost } from "../protocol/outgoingHttp.ts";
import type { AlarmRules } from "./alarms/alarmRules.ts";
import type { AlarmSight, Scope } from "./alarms/alarmSource.ts";
import type { ClientEndpoint } from "./awsClients.ts";
import type { FunctionOf } from "./lambda/scratchAliases.ts";
import type { Delivery } from "./notificationDriver.ts";

export interface ThreadCalls {
  perform: {
    input: { effect: Effect; deploymentId: string; accountId: string; region: string };
    output: EffectAnswer;
  };
  lookAtAlarms: { input: Scope & { names: readonly string[] }; output: AlarmSight };
  deliver: { input: Delivery; output: null };
  requireVersions: { input: { where: FunctionOf; versions: readonly string[] }; output: null };
  createScratchAlias: { input: { where: FunctionOf; name: string; version: string }; output: null };
  deleteScratchAlias: { input: { where: FunctionOf; name: string }; output: null };
  listScratchAliases: { input: { where: FunctionOf }; output: string[] };
}

export type CallName = keyof ThreadCalls;

/** One call under way, or the wish to give it up. */
export type ToThread =
  | { [Name in CallName]: { id: number; name: Name; input: ThreadCalls[Name]["input"] } }[CallName]
  | { abort: number };

export type FromThread = { id: number } & (
  | { output: ThreadCalls[CallName]["output"] }
  | { problem: EffectProblem & { retryable: boolean; throttled: boolean } }
);

/** What the thread is started with. */
export interface DriverThreadData {
  endpoints: {
    lambda: ClientEndpoint;
    ecs: ClientEndpoint;
    elbv2: ClientEndpoint;
    s3: ClientEndpoint;
    cloudwatch: ClientEndpoint;
    sns: ClientEndpoint;
    /** `null`: there is no EventBridge. */
    events: ClientEndpoint | null;
  };
  /** Alarms that Prometheus judges; `null` when there are none. */
  alarmRules: AlarmRules | null;
  invocation: "request" | "event";
  hookKey: Uint8Array;
  /** Hosts that webhooks may be posted to whatever their address is. */
  allowedHosts: AllowedHost[];
  /** What webhooks are signed with. */
  webhookSecret: string;
}
