/** What a deployment to ECS will do, and what it finds and makes on its way (semantics 5). */
import type { EcsAppSpec } from "../resources/appSpec/ecsAppSpec.ts";
import type { TestHeader } from "../resources/testHeader.ts";
import type { TrafficRouting } from "../resources/trafficRouting.ts";
import type { S3Location } from "../shapes/codedeploy.ts";

export interface EcsPlan extends TargetGroupPair {
  platform: "ECS";
  /** As in `LambdaPlan`. */
  appSpec: EcsAppSpec | { problem: string } | { readFrom: S3Location };
  traffic: TrafficRouting;
  hookTimeoutMs: number;
  service: EcsServiceName;
  /** Pairs of the same service beside the first, which all move together; absent in what AWS does. Ask `pairsOf`. */
  morePairs?: TargetGroupPair[];
  /** Rules on it have test traffic as well; absent in what AWS does. */
  testHeader?: TestHeader;
  /** How long somebody has to let the traffic move; `null` where it moves by itself. */
  rerouteWaitMs: number | null;
  /** How long all traffic is watched before AfterAllowTraffic; absent in what AWS does. */
  bakeMs?: number;
  /** How long the original task set is kept after the traffic has left it. */
  terminationWaitMs: number;
  /** From how many stopped tasks within the window on the replacement is given up; `null` where it is waited for to the end. */
  failFast: { stoppedTasks: number; withinMs: number } | null;
  /** In a rollback: what it undoes. `null` in an ordinary deployment. */
  undoes: EcsUndo | null;
}

/** Two target groups that take turns, and the listeners that lead to them. */
export interface TargetGroupPair {
  /** Their names; which of them is blue shows when the deployment starts. */
  targetGroups: string[];
  productionListenerArn: string;
  /** `null` where there is none; ask `hasTestTraffic` whether there is other test traffic. */
  testListenerArn: string | null;
}

/** Of a plan, and of what was seen and found by it: the first pair, and those beside it, in the group's order. */
export function pairsOf<Pair>(of: NoInfer<Pair> & { morePairs?: Pair[] }): Pair[] {
  return [of, ...(of.morePairs ?? [])];
}

/** Without test traffic, two of the eight lifecycle events are left out. */
export function hasTestTraffic(plan: EcsPlan): boolean {
  return plan.testHeader !== undefined || pairsOf(plan).some(({ testListenerArn }) => testListenerArn !== null);
}

/** Each a name or an ARN, as the group has it. */
export interface EcsServiceName {
  clusterName: string;
  serviceName: string;
}

export interface EcsUndo {
  /** The deployment whose task set goes. */
  deploymentId: string;
  found: EcsFound;
  /** Every share of the production traffic, in percent, that it may have given its task set, 0 included. */
  weights: number[];
}

/** What was there when the deployment began, kept in its state. */
export interface EcsFound extends FoundPair {
  serviceArn: string;
  blue: TaskSetIdentity;
  /** As in the plan. */
  morePairs?: FoundPair[];
  /** Task sets that earlier deployments have left behind. */
  leftovers: TaskSetIdentity[];
  /** The replacement, once it is made. */
  green: TaskSetIdentity | null;
}

export interface FoundPair {
  blueTargetGroup: TargetGroup;
  greenTargetGroup: TargetGroup;
  /** What forwards to one of the pair, with the shares that it had. */
  production: Route[];
  test: Route[];
}

export interface TaskSetIdentity {
  id: string;
  arn: string;
}

export interface TargetGroup {
  name: string;
  arn: string;
}

/** The default action of a listener, or that of one of its rules, and what it forwards to. */
export interface Route {
  listenerArn: string;
  /** `null` for the default action. */
  ruleArn: string | null;
  shares: TrafficShare[];
}

/** Weights are relative to each other, 0 to 999. */
export interface TrafficShare {
  targetGroupArn: string;
  weight: number;
}

/** A service as a look at it and at its listeners found it. */
export interface EcsServiceSeen extends PairSeen {
  serviceArn: string;
  status: string;
  deploymentController: string;
  schedulingStrategy: string;
  taskSets: TaskSetSeen[];
  /** As in the plan. */
  morePairs?: PairSeen[];
}

export interface PairSeen {
  /** Those of the pair that exist. */
  targetGroups: TargetGroup[];
  /** Whether the production listener shares traffic out by weight, as an Application Load Balancer does. */
  hasWeights: boolean;
  /** Everything of the listener that forwards. */
  production: RouteSeen[];
  test: RouteSeen[];
}

export interface RouteSeen extends Route {
  /** The headers that a request must have, each with one of these values; absent without any. */
  headers?: { name: string; values: string[] }[];
}

export interface TaskSetSeen extends TaskSetIdentity {
  status: string;
  targetGroupArns: string[];
  /** Who asked for it: the id of a deployment, for those that CodeDeploy made. */
  externalId: string | null;
  desiredCount: number;
  pendingCount: number;
  runningCount: number;
  /** As many run as are wanted, none is pending, and they pass their health checks. */
  isSteady: boolean;
  /** Tasks of it that have stopped by themselves, and when, in milliseconds since the epoch. */
  stoppedTasks: { at: number; reason: string }[];
}
