/** What is known of each deployment from outside, and how a broken promise is told. */
import type { SteeringVerb } from "../../src/engine/deployment.ts";
import type { HookedEvent } from "../../src/engine/stage.ts";
import type { EcsAppSpec } from "../../src/resources/appSpec/ecsAppSpec.ts";
import type { LambdaAppSpec } from "../../src/resources/lambdaAppSpec.ts";
import type { TurnRecord } from "../../src/store/store.ts";
import type { AlarmSetting } from "./alarmScripts.ts";
import type { AlarmWorld } from "./alarmWorld.ts";
import type { BlueGreenLedger } from "./ecs/blueGreenLedger.ts";
import type { Alias, LambdaWorld } from "./lambdaWorld.ts";
import type { DeploymentRequest, OnBusy } from "./scenario.ts";

export class BrokenPromise extends Error {}

/** What a deployment is to do; one to ECS has no alias, and three hooks more. */
export type KnownAppSpec = Omit<LambdaAppSpec, "hooks"> & { hooks: EcsAppSpec["hooks"] };

export interface Report {
  lifecycleEvent: HookedEvent;
  status: "Succeeded" | "Failed";
  /** Whether its sender was told that it counts; `null` when the process died before anybody knew. */
  accepted: boolean | null;
}

/** Somebody wants the deployment to end, by StopDeployment, by an abort, or because a newer one takes its place. */
export interface StopRequest {
  kind: "stop" | "abort" | "replaced";
  /** The order in which requests were sent, in which they are committed as well. */
  sequence: number;
  rollBack: boolean | undefined;
  accepted: boolean | null;
  /** Nothing else waited for the deployment's turn when the stop was accepted. */
  undisturbed: boolean;
  /** Alias writes that had arrived before it was accepted. */
  writesBefore: number;
  sentAt: number;
}

/** One wish of a person, other than to abort. */
export interface Steer {
  verb: Exclude<SteeringVerb, "abort">;
  sequence: number;
  /** A name that nobody else has, as it stands in the decision log. */
  by: string;
  sentAt: number;
  /** `null` while it is not known. */
  accepted: boolean | null;
  acceptedAt: number;
  /** Nothing else waited for the deployment's turn, and no alias write of it was under way. */
  undisturbed: boolean;
  writesBefore: number;
}

/** What the looks at a deployment's alarms have found, as the program was told. */
export interface AlarmLedger {
  /** Looks at its start; at least one must have let it through before traffic moves. */
  first: "none" | "fine" | "ends";
  red: Set<string>;
  missing: boolean;
  /** Unreadable for a reason that does not pass. */
  lasting: boolean;
  /** Looks in a row that failed for a passing reason: now, and at most. */
  failures: { start: number; watch: number; most: number };
  /** The first look that must end it, in which run of the program. */
  doomed: { at: number; run: number; writesBefore: number } | null;
}

/** Everything that is known from outside of one deployment. */
export interface Known {
  deploymentId: string;
  /** `null` for a rollback. */
  request: DeploymentRequest | null;
  /** The deployment that this one undoes. */
  undoes: Known | null;
  group: number;
  appSpec: KnownAppSpec;
  record: TurnRecord;
  /** The record before the last step. */
  before: TurnRecord;
  /** Records of the last second, and until when each was the present one. */
  earlier: { record: TurnRecord; until: number }[];
  createdAt: number;
  /** The alias when the deployment was first seen, or began, where it had to wait in a queue. */
  aliasBefore: Alias;
  writes: { at: number; alias: Alias; percent: number }[];
  invocations: { lifecycleEvent: HookedEvent; id: string }[];
  reports: Report[];
  stops: StopRequest[];
  steers: Steer[];
  /** The alarms that it must watch; `null` when it must look at none. */
  watches: AlarmSetting | null;
  alarms: AlarmLedger;
  /** It waited for its group at first. */
  hasQueued: boolean;
  /** `null` where it goes to Lambda. */
  blueGreen: BlueGreenLedger | null;
}

export interface Downtime {
  from: number;
  to: number;
  /** The machine slept, and with it a program that goes on. */
  isSleep: boolean;
  /** It was one of several processes: whatever should come in time may be late, and goes on. */
  othersGoOn?: boolean;
  /** Their database was away: nobody could report anything. */
  isOutage?: boolean;
}

export interface Circumstances {
  world: LambdaWorld;
  alarms: AlarmWorld;
  now: () => number;
  /** All of a group, in the order in which they were accepted. */
  inGroup: (group: number) => readonly Known[];
  /** Those that had not ended before the last step. */
  present: ReadonlySet<Known>;
  outage: boolean;
  /** Which run of the program this is, or of its machine between two sleeps, and since when; `null` while it is down. */
  run: () => { number: number; since: number } | null;
  /** When the program died or its machine slept, and when it was up again. */
  downtimes: readonly Downtime[];
  /** How long a process stood still that has woken at this very moment; 0 where none has. */
  stoodStillMs: () => number;
  /** Several processes work on it: what one has done, another learns within seconds. */
  isShared: boolean;
  /** How often alarms are looked at. */
  alarmIntervalMs: number;
  slowestCallMs: number;
  onBusy: (group: number) => OnBusy;
  /** Calls, downtimes and waits for capacity are short enough for what should come in time to come in time. */
  calm: (group: number) => boolean;
  /** AWS Lambda answers in time and always has capacity. */
  answers: (group: number) => boolean;
}

export function broken(known: Known | string, promise: string): never {
  throw new BrokenPromise(`${typeof known === "string" ? known : known.deploymentId}: ${promise}`);
}

export const newAlarmLedger = (): AlarmLedger => ({
  first: "none",
  red: new Set(),
  missing: false,
  lasting: false,
  failures: { start: 0, watch: 0, most: 0 },
  doomed: null,
});

/** Under way: it has begun, or is about to, and has not ended. What waits in a queue is not. */
export const isUnderWay = ({ record }: Known): boolean =>
  record.state.status === "Created" || record.state.status === "InProgress" || record.state.status === "Ready";
