/** What a seed has in store: the deployments that are asked for and everything that goes wrong. */
import type { AutoRollbackEvent } from "../../src/shapes/codedeploy.ts";
import { Chance } from "./chance.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** The pace of a configuration, from the table of the documents (semantics 4.4): cumulative percent, minutes apart. */
export interface Pace {
  name: string;
  weights: number[];
  intervalMs: number;
}

const linear = (name: string, percent: number, minutes: number): Pace => {
  const weights = Array.from({ length: Math.ceil(100 / percent) }, (_, index) => Math.min(100, (index + 1) * percent));
  return { name, weights, intervalMs: minutes * MINUTE };
};
const canary = (name: string, percent: number, minutes: number): Pace => ({
  name,
  weights: [percent, 100],
  intervalMs: minutes * MINUTE,
});

/** The configurations that the deployments use; those of the second list are made by the simulation. */
export const PACES: [Pace, ...Pace[]] = [
  { name: "CodeDeployDefault.LambdaAllAtOnce", weights: [100], intervalMs: 0 },
  canary("CodeDeployDefault.LambdaCanary10Percent5Minutes", 10, 5),
  canary("CodeDeployDefault.LambdaCanary10Percent30Minutes", 10, 30),
  linear("CodeDeployDefault.LambdaLinear10PercentEvery1Minute", 10, 1),
  linear("Thirds", 30, 2),
  canary("AlmostAll", 99, 1),
];

/** What a validation function does, every time it is invoked. Delays count from the invocation. */
export interface HookBehaviour {
  kind: string;
  reports: { afterMs: number; status: "Succeeded" | "Failed"; id: "own" | "forged" | "another" }[];
  /** All reports are sent at once, none waits for the answer to another. */
  together?: true;
  endsAfterMs: number;
  error: string | null;
  /** Refusals before the invocation is taken, `missing` for ever. */
  refusals: "missing" | number;
  /** What must become of the lifecycle event when nothing else interferes. */
  certainly: "Succeeded" | "Failed" | "either";
}

export interface DeploymentRequest {
  group: number;
  atMs: number;
  pace: Pace;
  hooks: { BeforeAllowTraffic?: HookBehaviour; AfterAllowTraffic?: HookBehaviour };
  versions: "right" | "wrongCurrent" | "equal" | "missingTarget" | "notGiven" | "alreadyThere";
  rollbackOn: AutoRollbackEvent[] | null;
  /** Where the AppSpec is: in the request, in S3, or not where the request says, or there and not to be read. */
  revision: "inline" | "inS3" | "missing" | "broken";
}

export interface Scenario {
  seed: number;
  groups: number;
  requests: DeploymentRequest[];
  stops: { group: number; atMs: number; rollBack: boolean | undefined }[];
  /** Somebody else changes the alias. */
  changes: { group: number; atMs: number; how: "foreignVersion" | "foreignSplit" | "cleared" }[];
  crashes: number;
  crashChance: number;
  longestDowntimeMs: number;
  slowestCallMs: number;
  throttling: number;
  lostAnswers: number;
  doubledAnswers: number;
  outage: { fromMs: number; toMs: number } | null;
  /** Provisioned concurrency is being allocated: no shift is possible. */
  capacityWaits: { group: number; fromMs: number; toMs: number }[];
}

export function drawScenario(seed: number, chance: Chance): Scenario {
  const groups = chance.between(1, 2);
  const revisions = drawRevisions(seed);
  const requests = Array.from({ length: chance.between(1, 3) * groups }, (_, index) =>
    drawRequest(chance, index % groups, revisions()),
  );
  const some = (probability: number, most: number) => (chance.happens(probability) ? chance.between(1, most) : 0);
  const when = () => chance.between(0, chance.pick([100, 3 * MINUTE, 100 * MINUTE]));
  const times = <T>(count: number, draw: (group: number) => T) =>
    Array.from({ length: count }, () => draw(chance.between(0, groups - 1)));
  return {
    seed,
    groups,
    requests,
    stops: times(some(0.4, 3), (group) => ({
      group,
      atMs: when(),
      rollBack: chance.pick([true, false, undefined]),
    })),
    changes: times(some(0.2, 2), (group) => ({
      group,
      atMs: when(),
      how: chance.pick(["foreignVersion", "foreignSplit", "cleared"]),
    })),
    crashes: some(0.5, 4),
    crashChance: chance.pick([0.02, 0.05, 0.15]),
    longestDowntimeMs: chance.pick([SECOND, 10 * MINUTE, 2 * HOUR]),
    slowestCallMs: chance.pick([50, 50, 500, 20 * SECOND, 7 * MINUTE]),
    throttling: chance.happens(0.3) ? 0.3 : 0,
    lostAnswers: chance.happens(0.3) ? 0.2 : 0,
    doubledAnswers: chance.happens(0.3) ? 0.5 : 0,
    outage: chance.happens(0.08) ? { fromMs: when(), toMs: 100 * MINUTE + when() } : null,
    capacityWaits: times(some(0.15, 1), (group) => {
      const fromMs = when();
      return { group, fromMs, toMs: fromMs + chance.pick([2 * MINUTE, 40 * MINUTE, 90 * MINUTE]) };
    }),
  };
}

/** By a luck of its own, so that the kept seeds go on telling the stories they were kept for. */
function drawRevisions(seed: number): () => DeploymentRequest["revision"] {
  const chance = new Chance(seed + 23_000_000);
  const some = chance.happens(0.3);
  return () => (some ? chance.pick(["inline", "inS3", "inS3", "inS3", "missing", "broken"]) : "inline");
}

function drawRequest(chance: Chance, group: number, revision: DeploymentRequest["revision"]): DeploymentRequest {
  const hooks: DeploymentRequest["hooks"] = {};
  if (chance.happens(0.6)) hooks.BeforeAllowTraffic = drawHook(chance);
  if (chance.happens(0.6)) hooks.AfterAllowTraffic = drawHook(chance);
  return {
    group,
    revision,
    // Often at the same moment: they race for the group.
    atMs: chance.happens(0.5) ? chance.between(0, 3) : chance.between(0, 2 * HOUR),
    pace: chance.pick(PACES),
    hooks,
    versions: chance.happens(0.85)
      ? "right"
      : chance.pick(["wrongCurrent", "equal", "missingTarget", "notGiven", "alreadyThere"]),
    rollbackOn: chance.pick<AutoRollbackEvent[] | null>([
      null,
      ["DEPLOYMENT_STOP_ON_ALARM"],
      ["DEPLOYMENT_FAILURE"],
      ["DEPLOYMENT_STOP_ON_REQUEST"],
      ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"],
    ]),
  };
}

function drawHook(chance: Chance): HookBehaviour {
  const soon = chance.between(0, chance.pick([100, 5 * SECOND, 10 * MINUTE]));
  const base = { endsAfterMs: soon + 50, error: null, refusals: 0 };
  const report = (status: "Succeeded" | "Failed", afterMs = soon) => ({ afterMs, status, id: "own" as const });
  const succeeded = { ...base, kind: "succeeds", reports: [report("Succeeded")], certainly: "Succeeded" as const };
  if (chance.happens(0.45)) return succeeded;
  return chance.pick<HookBehaviour>([
    succeeded,
    { ...base, kind: "fails", reports: [report("Failed")], certainly: "Failed" },
    {
      ...base,
      kind: "reports twice",
      reports: [report("Succeeded"), report("Failed", soon + 1)],
      certainly: "Succeeded",
    },
    {
      ...base,
      kind: "reports both at once",
      reports: [report("Succeeded"), report("Failed")],
      together: true,
      certainly: "either",
    },
    {
      ...base,
      kind: "reports Failed twice",
      reports: [report("Failed"), report("Succeeded", soon)],
      certainly: "Failed",
    },
    {
      ...base,
      kind: "returns before it reports",
      endsAfterMs: 10,
      reports: [report("Succeeded", 30 * MINUTE)],
      certainly: "Succeeded",
    },
    {
      ...base,
      kind: "reports after two hours",
      endsAfterMs: 10,
      reports: [report("Succeeded", 2 * HOUR)],
      certainly: "either",
    },
    {
      ...base,
      kind: "reports about when time is up",
      endsAfterMs: 10,
      reports: [report("Succeeded", HOUR + chance.between(-9, 9))],
      certainly: "either",
    },
    { ...base, kind: "never reports", reports: [], certainly: "Failed" },
    { ...base, kind: "throws", reports: [], error: "Error: no connection to the database", certainly: "Failed" },
    { ...succeeded, kind: "reports, then throws", error: "Error: too late" },
    { ...base, kind: "times out", reports: [], endsAfterMs: 15 * MINUTE, error: "Task timed out", certainly: "Failed" },
    { ...base, kind: "is missing", reports: [], refusals: "missing", certainly: "Failed" },
    { ...succeeded, kind: "is throttled at first", refusals: chance.between(1, 12) },
    {
      ...succeeded,
      kind: "is lied about by others",
      reports: [
        { afterMs: 0, status: "Failed", id: "forged" },
        { afterMs: 0, status: "Failed", id: "another" },
        report("Succeeded", soon + 5),
      ],
      endsAfterMs: soon + 60,
    },
  ]);
}

/** The seed's faults, one a line, for the beginning of a report. */
export function describeScenario(scenario: Scenario): string[] {
  const { requests, stops, changes, outage } = scenario;
  const at = (ms: number) => `+${(ms / SECOND).toFixed(0)} s`;
  return [
    `crashes: at most ${scenario.crashes}, at ${scenario.crashChance * 100} % of the steps, down up to ${scenario.longestDowntimeMs / SECOND} s`,
    `calls: up to ${scenario.slowestCallMs} ms, ${scenario.throttling * 100} % throttled, ${scenario.lostAnswers * 100} % of the answers lost, ${scenario.doubledAnswers * 100} % doubled${outage ? `, none answered ${at(outage.fromMs)} to ${at(outage.toMs)}` : ""}`,
    ...scenario.capacityWaits.map(
      ({ group, fromMs, toMs }) => `no capacity for group ${group} ${at(fromMs)} to ${at(toMs)}`,
    ),
    ...changes.map(({ group, atMs, how }) => `somebody changes the alias of group ${group} at ${at(atMs)}: ${how}`),
    ...stops.map(
      ({ group, atMs, rollBack }) => `group ${group} is stopped at ${at(atMs)}, autoRollbackEnabled ${rollBack}`,
    ),
    ...requests.map(
      ({ group, atMs, pace, versions, revision, rollbackOn, hooks }, index) =>
        `request ${index}: group ${group} at ${at(atMs)}, ${pace.name}, versions ${versions}, AppSpec ${revision}, rollback on ${rollbackOn ? `[${rollbackOn.join(", ")}]` : "nothing"}, before: ${hooks.BeforeAllowTraffic?.kind ?? "none"}, after: ${hooks.AfterAllowTraffic?.kind ?? "none"}`,
    ),
  ];
}
