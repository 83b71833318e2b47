/** What is known from outside of one deployment to ECS, beside what is known of every deployment. */
import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Deployment } from "../../../src/engine/deployment.ts";
import type { DeploymentWaitType } from "../../../src/shapes/codedeploy.ts";
import type { Known } from "../known.ts";
import type { EcsRequest, TaskScript } from "./ecsScenario.ts";
import type { ListenerModel, RouteModel, ServiceModel, TaskSetModel } from "./serviceModel.ts";

/** A route with what it did then. */
export interface FoundRoute {
  pair: FoundPair;
  kind: ListenerModel["kind"];
  route: RouteModel;
  actions: Action[];
}

/** The target group of the original, and the one for the replacement. */
export interface FoundPair {
  blue: string;
  green: string;
}

/** The service when the deployment looked at it, before it wrote anything. */
export interface FoundService {
  blue: TaskSetModel;
  pairs: FoundPair[];
  routes: FoundRoute[];
  leftovers: TaskSetModel[];
}

/** Somebody wants a wait to end, by ContinueDeployment or SkipWaitTimeForInstanceTermination. */
export interface Continuation {
  wait: DeploymentWaitType;
  sentAt: number;
  /** `null` while it is not known. */
  accepted: boolean | null;
}

export interface BlueGreenLedger {
  service: ServiceModel;
  /** `null` for a rollback. */
  script: EcsRequest | null;
  found: FoundService | null;
  /** It has written anything at all. */
  touched: boolean;
  /** How often its task set was made. */
  made: number;
  /** A look was told that the replacement is steady: ever, and since traffic moved last. */
  steady: { ever: boolean; sinceTraffic: boolean };
  /** When the replacement became the primary task set. */
  promotedAt: number | null;
  continuations: Continuation[];
  /** Since when, durably, it only waits for the end of its original task set, or ends it. */
  pastTrafficAt: number | null;
  terminatingAt: number | null;
  wasReady: boolean;
}

export function newBlueGreenLedger(service: ServiceModel, script: EcsRequest | null): BlueGreenLedger {
  return {
    service,
    script,
    found: null,
    touched: false,
    made: 0,
    steady: { ever: false, sinceTraffic: false },
    promotedAt: null,
    continuations: [],
    pastTrafficAt: null,
    terminatingAt: null,
    wasReady: false,
  };
}

/** Where it stands now, durably. */
export function notePhase(ledger: BlueGreenLedger, deployment: Deployment, at: number): void {
  const { status, stage } = deployment.state;
  const { phase } = stage;
  if (ledger.script === null) return;
  if (status === "Ready" || hasPassedReady(ledger, deployment)) ledger.wasReady = true;
  if (phase === "AwaitingTermination" || phase === "TerminatingTaskSet") ledger.pastTrafficAt ??= at;
  if (phase === "TerminatingTaskSet") ledger.terminatingAt ??= at;
}

/** In one turn it may have become Ready and have ended. */
function hasPassedReady({ service }: BlueGreenLedger, { state, targets }: Deployment): boolean {
  if (service.script.rerouteWaitMs === null || state.paused) return false;
  const events = targets[0]?.lifecycleEvents ?? [];
  const next = events.findIndex(({ name }) => name === "BeforeAllowTraffic");
  return events[next - 1]?.status === "Succeeded";
}

/** Nobody let the traffic move in time. */
export const rerouteExpired = ({ record: { state } }: Known): boolean =>
  state.status === "Stopped" && state.errorInformation?.code === "TIMEOUT";

/** What becomes of a replacement's tasks, apart from how long that takes. */
export function becomesSteady({ steadyAfterMs, stopsAtMs }: TaskScript, withinMs: number): boolean {
  return steadyAfterMs !== null && steadyAfterMs < withinMs && stopsAtMs.length < 3;
}

export const present = (taskSets: readonly TaskSetModel[]): TaskSetModel[] =>
  taskSets.filter(({ status }) => status !== "DRAINING");
