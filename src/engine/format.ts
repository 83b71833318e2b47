/**
 * What programs that work on one store must understand of each other's deployments. A deployment has the highest format
 * among its platform, the phases it was in, what it was told and what it wanted done; an engine leaves those of a higher
 * format than its own alone, and newer ones go on with them. Unknown members of a state or a target outlive an older
 * engine's turn, those of a stage do not: what an older engine must not drop or would misread, raises the format, and
 * `ENGINE_FORMAT` with it. Ids, `info` and times of a deployment are read by every program.
 */
import { TRAFFIC_STEP_HOOK } from "../resources/appSpec/trafficStepHook.ts";
import type { DeploymentEvent, DeploymentState, Effect } from "./deployment.ts";
import type { DeploymentPlan } from "./plan.ts";

/**
 * The highest that this engine knows. 2: ECS. 3: test traffic by a header, a hook before every step of the traffic, several
 * pairs of target groups.
 */
export const ENGINE_FORMAT = 3;

const PLATFORMS: Record<DeploymentPlan["work"]["platform"], number> = { Lambda: 1, ECS: 2 };

const PHASES: Record<DeploymentState["stage"]["phase"], number> = {
  Created: 1,
  ReadingRevision: 1,
  ReadingAlias: 1,
  ReadingAlarms: 1,
  InvokingHook: 1,
  AwaitingReport: 1,
  ShiftingTraffic: 1,
  AwaitingCapacity: 1,
  HoldingTraffic: 1,
  Paused: 1,
  Ended: 1,
  ReadingService: 2,
  ResettingTraffic: 2,
  RemovingLeftovers: 2,
  CreatingTaskSet: 2,
  LookingAtTaskSets: 2,
  AwaitingSteadyState: 2,
  ShiftingTestTraffic: 2,
  AwaitingReroute: 2,
  PromotingTaskSet: 2,
  AwaitingTermination: 2,
  TerminatingTaskSet: 2,
};

const EVENTS: Record<DeploymentEvent["type"], number> = {
  start: 1,
  timeElapsed: 1,
  alarmsSeen: 1,
  alarmsUnreadable: 1,
  steered: 1,
  orphaned: 1,
  stopRequested: 1,
  hookReported: 1,
  effectAnswered: 1,
  effectFailed: 1,
  continued: 2,
};

const EFFECTS: Record<Effect["type"], number> = {
  readRevision: 1,
  readAlias: 1,
  readAlarms: 1,
  moveAlias: 1,
  invokeHook: 1,
  readService: 2,
  readTaskSets: 2,
  createTaskSet: 2,
  moveRoutes: 2,
  setPrimaryTaskSet: 2,
  deleteTaskSet: 2,
};

/** An older engine would move the traffic without asking. */
function formatOfAppSpec(appSpec: object | undefined): number {
  const { hooks = {} } = (appSpec ?? {}) as { hooks?: object };
  return TRAFFIC_STEP_HOOK in hooks ? 3 : 1;
}

/** An older engine would take rules on the test header for production's, and would leave all pairs but the first behind. */
const formatOfWork = (work: DeploymentPlan["work"]): number =>
  "testHeader" in work || "morePairs" in work ? 3 : PLATFORMS[work.platform];

export const formatOfPlan = ({ work }: DeploymentPlan): number =>
  Math.max(formatOfWork(work), formatOfAppSpec(work.appSpec));
export const formatOfState = ({ stage, appSpec }: DeploymentState): number =>
  Math.max(PHASES[stage.phase], formatOfAppSpec(appSpec));
export const formatOfEvent = ({ type }: DeploymentEvent): number => EVENTS[type];
export const formatOfEffect = ({ type }: Effect): number => EFFECTS[type];
