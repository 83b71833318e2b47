/** What the engine knows of a deployment under way: its state, its targets, what can happen to it, what it wants done. */

import type { Instant } from "../clock.ts";
import type { EcsAppSpec } from "../resources/appSpec/ecsAppSpec.ts";
import type { LambdaAppSpec } from "../resources/lambdaAppSpec.ts";
import type {
  DeploymentStatus,
  DeploymentWaitType,
  ErrorCode,
  RevisionLocation,
  S3Location,
  TargetStatus,
} from "../shapes/codedeploy.ts";
import type { Told } from "./decisions.ts";
import type {
  EcsFound,
  EcsServiceName,
  EcsServiceSeen,
  TargetGroupPair,
  TaskSetIdentity,
  TaskSetSeen,
  TrafficShare,
} from "./ecsPlan.ts";
import type { AliasState, DeploymentPlan } from "./plan.ts";
import type { HookedEvent, Stage } from "./stage.ts";
import type { Transition } from "./transitions.ts";

export interface DeploymentState {
  status: DeploymentStatus;
  startTime: Instant | null;
  completeTime: Instant | null;
  errorInformation: { code: ErrorCode; message: string } | null;
  /** In our own words: what exactly was wrong and what would help. Shown as `deploymentStatusMessages`. */
  statusMessages: string[];
  rollbackInfo: {
    rollbackDeploymentId?: string;
    rollbackTriggeringDeploymentId?: string;
    rollbackMessage: string;
  } | null;
  /** Set while a person holds the deployment where it stands. */
  paused: { since: Instant; by: string } | null;
  /** Time spent paused, which does not count against what the whole deployment may take. */
  pausedMs: number;
  /** A person wants all traffic moved in the next step. */
  promoted: boolean;
  /** Set on a deployment that waited in a queue: what its group's last success had deployed when it began. */
  lastSuccess: RevisionLocation | null;
  stage: Stage;
  /** The AppSpec of a revision in S3, once it was read; absent where the plan has it. Ask `appSpecOf`. */
  appSpec?: LambdaAppSpec | EcsAppSpec | { problem: string };
  /** What a deployment to ECS found when it began. */
  found?: EcsFound;
}

/** What people may ask of a deployment under way, beside what the CodeDeploy API has for it. */
export type SteeringVerb = "pause" | "resume" | "skip-wait" | "promote" | "abort";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export type LifecycleEventStatus = "Pending" | "InProgress" | "Succeeded" | "Failed" | "Skipped";

/** One lifecycle event of one target. */
export interface LifecycleEvent {
  name: string;
  status: LifecycleEventStatus;
  startTime: Instant | null;
  endTime: Instant | null;
  /** Set on a failed event only: why, and the last output of what failed. */
  diagnostics: { message: string; logTail: string } | null;
  hookExecution: HookExecution | null;
}

/** One invocation of a validation function, from its start until it is known how it ended. */
export interface HookExecution {
  functionName: string;
  deadline: Instant;
  report: { status: "Succeeded" | "Failed"; at: Instant } | null;
  /** How the invocation itself ended; `null` while it is under way. */
  invocation: { at: Instant; error: string | null; logTail: string } | null;
}

/** A Lambda function behind an alias, or an ECS service. */
export interface Target {
  /** `<function>:<alias>`, `<cluster>:<service>` */
  targetId: string;
  /** Of an ECS service, once it has been looked at. */
  targetArn?: string;
  status: TargetStatus;
  lastUpdatedAt: Instant;
  lifecycleEvents: LifecycleEvent[];
  /** The share of traffic on what is deployed, in percent. */
  weight: number;
  /** Of an ECS service: the original and the replacement, as they were seen last. */
  taskSets?: TaskSetInfo[];
}

export interface TaskSetInfo {
  id: string;
  label: "Blue" | "Green";
  status: string;
  desiredCount: number;
  pendingCount: number;
  runningCount: number;
  /** The name of its target group. */
  targetGroup: string;
  /** In percent. */
  trafficWeight: number;
}

/** One thing the engine wants done in the outside world. Performed at least once; the key makes it repeatable. */
export type Effect = { key: string } & (
  | { type: "readRevision"; location: S3Location }
  | { type: "readAlias"; functionName: string; alias: string }
  | { type: "readAlarms"; names: string[] }
  /** Compare and set: an alias found in a state that is neither `to` nor one of `from` is left alone. */
  | {
      type: "moveAlias";
      functionName: string;
      alias: string;
      from: AliasState[];
      to: AliasState;
      /** Whether provisioned concurrency that is still being allocated puts the move off. */
      waitsForCapacity: boolean;
    }
  | {
      type: "invokeHook";
      functionName: string;
      lifecycleEvent: HookedEvent;
      targetId: string;
      deadline: Instant;
      /** Of the hook before a step of the traffic: the share on what is deployed, now and wanted, in percent. */
      trafficStep?: { from: number; to: number };
    }
  | ({ type: "readService"; service: EcsServiceName; morePairs?: TargetGroupPair[] } & TargetGroupPair)
  | { type: "readTaskSets"; service: EcsServiceName }
  | {
      type: "createTaskSet";
      service: EcsServiceName;
      /** A task set that has it already is the one: none is made twice. */
      externalId: string;
      /** The ARN of the task set from which what the AppSpec leaves open is taken. */
      like: string;
      targetGroupArn: string;
      /** With more than one pair: for each target group of the original, in the group's order, the one that takes its place. */
      inPlaceOf?: { original: string; replacement: string }[];
      taskSet: Omit<EcsAppSpec, "hooks">;
    }
  /** Compare and set: a route found in shares that are neither `to` nor one of `from` is left alone. */
  | {
      type: "moveRoutes";
      routes: { listenerArn: string; ruleArn: string | null; from: TrafficShare[][]; to: TrafficShare[] }[];
    }
  | { type: "setPrimaryTaskSet"; service: EcsServiceName; taskSetArn: string }
  /** One that is gone already counts as deleted. */
  | { type: "deleteTaskSet"; service: EcsServiceName; taskSetArn: string }
);

export type EffectAnswer =
  /** The text of the AppSpec. */
  | { type: "revisionRead"; content: string }
  | { type: "aliasRead"; alias: AliasState }
  /** An alarm that does not exist is not among the states. */
  | { type: "alarmsRead"; states: Record<string, AlarmState> }
  | { type: "aliasMoved" }
  /** Provisioned concurrency is still being allocated; the alias was not touched. */
  | { type: "aliasNotReady"; reason: string }
  /** `error` is what the function failed with, `null` when it returned; `logTail` its last output. */
  | { type: "hookInvocationEnded"; targetId: string; lifecycleEvent: string; error: string | null; logTail: string }
  | { type: "serviceRead"; service: EcsServiceSeen }
  | { type: "taskSetsRead"; taskSets: TaskSetSeen[] }
  | { type: "taskSetCreated"; taskSet: TaskSetIdentity }
  | { type: "routesMoved" }
  | { type: "primaryTaskSetSet" }
  | { type: "taskSetDeleted" };

/** Why an effect could not be performed, after all retries. */
export interface EffectProblem {
  kind: "notFound" | "accessDenied" | "invalid" | "changedByOthers" | "unavailable";
  message: string;
}

/** An input of the engine. `at` is the only time it knows. */
export type DeploymentEvent = { at: Instant } & (
  | { type: "timeElapsed" }
  /** `lastSuccess` is what the group's last success deployed, where the deployment had to wait for it. */
  | { type: "start"; lastSuccess?: RevisionLocation | undefined }
  /** A look at the deployment's alarms found something that may end it: told only then. */
  | { type: "alarmsSeen"; states: Record<string, AlarmState> }
  /** The alarms could not be looked at, again and again. */
  | { type: "alarmsUnreadable"; problem: EffectProblem }
  /** `by` is who asked: an access key, or an address. */
  | { type: "steered"; verb: SteeringVerb; by: string }
  /** Its group or its application was deleted while it waited for its turn. */
  | { type: "orphaned"; code: "APPLICATION_MISSING" | "DEPLOYMENT_GROUP_MISSING"; message: string }
  /** Somebody ends a wait of a blue/green deployment. */
  | { type: "continued"; wait: DeploymentWaitType }
  /** `rollBack` is what the caller asked for; `null` leaves it to the plan. `reason` where no person asked. */
  | { type: "stopRequested"; rollBack: boolean | null; reason?: string }
  | { type: "hookReported"; targetId: string; lifecycleEvent: string; status: "Succeeded" | "Failed" }
  | { type: "effectAnswered"; key: string; answer: EffectAnswer }
  | { type: "effectFailed"; key: string; problem: EffectProblem }
);

/** A deployment as one turn finds or leaves it. */
export interface Deployment {
  state: DeploymentState;
  targets: Target[];
}

/** What one event leads to. */
export interface Step extends Deployment {
  effects: Effect[];
  /** The rollback that begins with this step. */
  rollback: DeploymentPlan | null;
}

/** What the events of one turn lead to together. */
export interface Turn extends Step {
  /** Every event of the turn with what was decided on it, in order. */
  told: Told[];
  /** What the deployment went through, in order; the creation of its rollback is told of by the rollback. */
  transitions: Transition[];
}

export const hasEnded = (status: string): boolean =>
  status === "Succeeded" || status === "Failed" || status === "Stopped";
