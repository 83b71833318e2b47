/** What a seed has in store: the deployments that are asked for and everything that goes wrong. */
import type { SteeringVerb } from "../../src/engine/deployment.ts";
import type { EcsAppSpec } from "../../src/resources/appSpec/ecsAppSpec.ts";
import type { AutoRollbackEvent, TriggerEventType } from "../../src/shapes/codedeploy.ts";
import {
  type AlarmScenario,
  type AlarmSetting,
  describeAlarms,
  drawAlarmSetting,
  drawAlarms,
  NO_ALARMS,
  redAfterRestart,
} from "./alarmScripts.ts";
import { Chance } from "./chance.ts";
import { describeEcs, type EcsChange, type EcsScript } from "./ecs/ecsScenario.ts";
import { drawHook, type HookBehaviour, patientHook } from "./hookBehaviour.ts";
import type { AliasChange } from "./lambdaWorld.ts";
import { describeNodes, type NodeFaults } from "./nodes/nodeFaults.ts";
import { drawReceiver, type ReceiverScript } from "./receivers.ts";
import { HOUR, MINUTE, SECOND } from "./times.ts";

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

export type OnBusy = "reject" | "queue" | "replace" | null;

export interface GroupSettings {
  /** The group's tag; `null` when it has none. */
  onBusy: OnBusy;
  alarms: AlarmSetting | null;
  /** Told of everything; `null` for the one that all groups share. */
  webhook: string | null;
  /** Told of these events alone. */
  topic: string;
  triggerEvents: TriggerEventType[];
}

export interface DeploymentRequest {
  group: number;
  atMs: number;
  pace: Pace;
  hooks: Partial<Record<keyof EcsAppSpec["hooks"], HookBehaviour>>;
  versions: "right" | "wrongCurrent" | "equal" | "missingTarget" | "notGiven" | "alreadyThere";
  rollbackOn: AutoRollbackEvent[] | null;
  /** Where the AppSpec is: in the request, in S3, or not where the request says, or there and not to be read. */
  revision: "inline" | "inS3" | "missing" | "broken";
  /** Instead of its group's alarms. */
  alarms: AlarmSetting | null;
  order: number | null;
  /** Not asked for at its time, but as soon as a rollback has begun in its group, or a deployment is stopped. */
  spare: boolean;
  /** Never asked for. */
  isLeftOut: boolean;
}

/** Somebody asks something of whatever is under way in the group; what they pause they resume. */
export interface SteerRequest {
  group: number;
  atMs: number;
  verb: SteeringVerb;
  pauseMs: number;
  /** Looks again and again until traffic is held at a weight, or the last function runs; `null` asks at once. */
  until: "traffic is held" | "the last function runs" | null;
}

export interface Scenario {
  seed: number;
  groups: number;
  groupSettings: GroupSettings[];
  requests: DeploymentRequest[];
  stops: { group: number; atMs: number; rollBack: boolean | undefined }[];
  steers: SteerRequest[];
  alarms: AlarmScenario;
  /** Empty where nobody delivers notifications, so that all of them are there when all is over. */
  receivers: ReceiverScript[];
  /** Somebody else changes the alias, or the service and its listeners. */
  changes: { group: number; atMs: number; how: AliasChange | EcsChange }[];
  crashes: number;
  crashChance: number;
  longestDowntimeMs: number;
  /** In which commits come one after the other: what is to be committed meanwhile waits and is committed together. */
  commitMs: number;
  slowestCallMs: number;
  throttling: number;
  lostAnswers: number;
  doubledAnswers: number;
  outage: { fromMs: number; toMs: number } | null;
  /** Provisioned concurrency is being allocated: no shift is possible. */
  capacityWaits: { group: number; fromMs: number; toMs: number }[];
  /** How often the machine sleeps for an hour, or somebody sets its clock, at most; and at which of the steps. */
  jumps: number;
  jumpChance: number;
  /** `null` where the program is one process with a store of its own. */
  nodes: NodeFaults | null;
  /** `null` where the deployments go to Lambda. */
  ecs: EcsScript | null;
}

/**
 * With the luck that the whole story then goes on with. `plain` leaves out alarms, steering and busy groups, whose luck is
 * their own: the rest of the story stays as it is. `groups` makes it a story of so many, instead of one or two.
 */
export function drawScenario(seed: number, luck: Chance, plain = false, groups?: number): Scenario {
  const scenario = drawPlain(seed, luck, groups);
  const chance = luckOf(seed, "scenario");
  if (plain) return scenario;
  return { ...(chance.happens(0.2) ? scenario : drawMore(scenario, chance)), ...drawJumps(luckOf(seed, "jumps")) };
}

function drawJumps(chance: Chance): Pick<Scenario, "jumps" | "jumpChance"> {
  return { jumps: chance.happens(0.2) ? chance.between(1, 3) : 0, jumpChance: chance.pick([0.005, 0.02, 0.1]) };
}

const LUCK = {
  revisions: 23_000_000,
  scenario: 7_000_000,
  alarms: 8_000_000,
  steering: 9_000_000,
  receivers: 10_000_000,
  jumps: 11_000_000,
  jumpTimes: 12_000_000,
  nodes: 13_000_000,
  database: 14_000_000,
  ecs: 15_000_000,
  continuing: 16_000_000,
  routes: 17_000_000,
  stepHooks: 24_000_000,
  shutdowns: 25_000_000,
  shutdownTimes: 26_000_000,
  machines: 27_000_000,
  machineTimes: 28_000_000,
  outages: 29_000_000,
  outageTimes: 30_000_000,
};

/** Luck beside the seed's own, for a purpose. */
export function luckOf(seed: number, purpose: keyof typeof LUCK): Chance {
  return new Chance(seed + LUCK[purpose]);
}

function drawPlain(seed: number, chance: Chance, crowd?: number): Scenario {
  const groups = crowd ?? chance.between(1, 2);
  const revisions = drawRevisions(seed);
  const moment = crowd === undefined ? () => chance.between(0, 2 * HOUR) : momentsOf(chance);
  const requests = Array.from({ length: chance.between(1, 3) * groups }, (_, index) =>
    drawRequest(chance, index % groups, revisions(), moment),
  );
  const some = (probability: number, most: number) => (chance.happens(probability) ? chance.between(1, most) : 0);
  const when = () => chance.between(0, chance.pick([100, 3 * MINUTE, 100 * MINUTE]));
  const pairs = Math.ceil(groups / 2);
  /** For each pair of groups. */
  const times = <T>(probability: number, most: number, draw: (group: number) => T) =>
    Array.from({ length: pairs }, () => some(probability, most)).flatMap((count) =>
      Array.from({ length: count }, () => draw(chance.between(0, groups - 1))),
    );
  return {
    seed,
    groups,
    groupSettings: Array.from({ length: groups }, () => SILENT_GROUP),
    requests,
    stops: times(0.4, 3, (group) => ({
      group,
      atMs: when(),
      rollBack: chance.pick([true, false, undefined]),
    })),
    steers: [],
    alarms: NO_ALARMS,
    receivers: [],
    changes: times(0.2, 2, (group) => ({
      group,
      atMs: when(),
      how: chance.pick(["foreignVersion", "foreignSplit", "cleared"]),
    })),
    crashes: some(0.5, 4),
    crashChance: chance.pick([0.02, 0.05, 0.15]),
    longestDowntimeMs: chance.pick([SECOND, 10 * MINUTE, 2 * HOUR]),
    commitMs: crowd === undefined ? 0 : chance.pick([5, 40, 100]),
    slowestCallMs: chance.pick([50, 50, 500, 20 * SECOND, 7 * MINUTE]),
    throttling: chance.happens(0.3) ? 0.3 : 0,
    lostAnswers: chance.happens(0.3) ? 0.2 : 0,
    doubledAnswers: chance.happens(0.3) ? 0.5 : 0,
    outage: chance.happens(0.08) ? { fromMs: when(), toMs: 100 * MINUTE + when() } : null,
    capacityWaits: times(0.15, 1, (group) => {
      const fromMs = when();
      return { group, fromMs, toMs: fromMs + chance.pick([2 * MINUTE, 40 * MINUTE, 90 * MINUTE]) };
    }),
    jumps: 0,
    jumpChance: 0,
    nodes: null,
    ecs: null,
  };
}

function drawRevisions(seed: number): () => DeploymentRequest["revision"] {
  const chance = luckOf(seed, "revisions");
  const some = chance.happens(0.3);
  return () => (some ? chance.pick(["inline", "inS3", "inS3", "inS3", "missing", "broken"]) : "inline");
}

/** Many who release together do so at one of a few moments. */
function momentsOf(chance: Chance): () => number {
  const moments = Array.from({ length: 4 }, () => chance.between(0, 2 * HOUR));
  return () => (moments[chance.between(0, moments.length - 1)] ?? 0) + chance.between(0, 30);
}

function drawRequest(
  chance: Chance,
  group: number,
  revision: DeploymentRequest["revision"],
  moment = () => chance.between(0, 2 * HOUR),
): DeploymentRequest {
  const hooks: DeploymentRequest["hooks"] = {};
  if (chance.happens(0.6)) hooks.BeforeAllowTraffic = drawHook(chance);
  if (chance.happens(0.6)) hooks.AfterAllowTraffic = drawHook(chance);
  return {
    group,
    revision,
    // Often at the same moment: they race for the group.
    atMs: chance.happens(0.5) ? chance.between(0, 3) : moment(),
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
    alarms: null,
    order: null,
    spare: false,
    isLeftOut: false,
  };
}

const SILENT_GROUP: GroupSettings = { onBusy: null, alarms: null, webhook: null, topic: "", triggerEvents: [] };

const TRIGGER_EVENTS: readonly TriggerEventType[] = [
  "DeploymentStart",
  "DeploymentSuccess",
  "DeploymentFailure",
  "DeploymentStop",
  "DeploymentRollback",
];

function drawMore(plain: Scenario, chance: Chance): Scenario {
  const withAlarms = chance.happens(0.45);
  const ordered = chance.happens(0.5);
  const groupSettings = plain.groupSettings.map(
    (_, group): GroupSettings => ({
      webhook: chance.happens(0.5) ? `https://receiver${group}.example/` : null,
      topic: `arn:aws:sns:eu-west-1:111122223333:group${group}`,
      triggerEvents: TRIGGER_EVENTS.filter(() => chance.happens(0.6)),
      onBusy: chance.pick<OnBusy>([null, "reject", "queue", "queue", "replace"]),
      alarms: withAlarms && chance.happens(0.6) ? drawAlarmSetting(chance) : null,
    }),
  );
  const crowd = groupSettings.flatMap(({ onBusy }, group) => {
    const isCrowded = onBusy === "queue" || onBusy === "replace";
    return Array.from({ length: isCrowded ? chance.between(0, 5) : 0 }, () => {
      return { ...drawRequest(chance, group, chance.happens(0.9) ? "inline" : "inS3"), spare: chance.happens(0.4) };
    });
  });
  const requests = [...plain.requests, ...crowd].map((request) => ({
    ...request,
    hooks:
      withAlarms && chance.happens(0.4) ? { ...request.hooks, AfterAllowTraffic: patientHook(chance) } : request.hooks,
    alarms: withAlarms && chance.happens(0.4) ? drawAlarmSetting(chance) : null,
    order: ordered && chance.happens(0.7) ? chance.between(1, 5) : null,
    rollbackOn:
      withAlarms && request.rollbackOn && chance.happens(0.4)
        ? [...new Set<AutoRollbackEvent>([...request.rollbackOn, "DEPLOYMENT_STOP_ON_ALARM"])]
        : request.rollbackOn,
  }));
  // The watch over alarms must outlive crashes at any of its many looks, late ones too.
  const crashes = { crashes: chance.between(1, 4), crashChance: chance.pick([0.005, 0.02]) };
  const late = withAlarms && chance.happens(0.6);
  const alarms = late && chance.happens(0.3) ? redAfterRestart(chance) : drawAlarms(chance);
  const scenario = {
    ...plain,
    ...(late ? crashes : {}),
    groupSettings,
    requests,
    alarms: withAlarms ? alarms : NO_ALARMS,
  };
  const names = new Set([WEBHOOK, ...groupSettings.flatMap(({ webhook, topic }) => [webhook ?? topic, topic])]);
  const receivers = [...names].map((name) => drawReceiver(chance, name));
  return { ...scenario, receivers, steers: drawSteers(scenario, chance) };
}

/** The likelier ones several times. */
const VERBS: [SteeringVerb, ...SteeringVerb[]] = [
  "pause",
  "pause",
  "pause",
  "resume",
  "skip-wait",
  "skip-wait",
  "skip-wait",
  "promote",
  "promote",
  "abort",
];

const HELD = "traffic is held";

/** Wishes about the time at which a deployment is asked for. */
function drawSteers({ groups, requests, alarms }: Scenario, chance: Chance): SteerRequest[] {
  // Alarms are looked at while a deployment is paused, too, and every look takes a step of the simulation.
  const longest = alarms.scripts.length === 0 ? 60 * HOUR : 40 * alarms.intervalMs;
  const pairs = Array.from({ length: Math.ceil(groups / 2) }, () => (chance.happens(0.7) ? chance.between(1, 8) : 0));
  const count = pairs.reduce((total, some) => total + some, 0);
  const steers = Array.from({ length: count }, () => {
    const { group, atMs } = requests[chance.between(0, requests.length - 1)] ?? { group: 0, atMs: 0 };
    return {
      group,
      atMs: atMs + chance.between(0, chance.pick([60, 2 * SECOND, 3 * MINUTE, 3 * MINUTE, 12 * MINUTE])),
      verb: chance.pick(VERBS),
      until: chance.pick<SteerRequest["until"]>([null, HELD, HELD, HELD, "the last function runs"]),
      pauseMs: Math.min(longest, chance.between(1, chance.pick([200, 2 * MINUTE, 20 * MINUTE, 60 * HOUR]))),
    };
  });
  // Some come at the same moment.
  for (let index = 1; index < steers.length; index += 1) {
    const [earlier, steer] = [steers[index - 1], steers[index]];
    if (earlier && steer && chance.happens(0.25)) Object.assign(steer, { atMs: earlier.atMs, group: earlier.group });
  }
  return steers;
}

/** Where everybody's notifications go who has nobody else to tell. */
export const WEBHOOK = "https://receiver.example/";

/** The seed's faults, one a line, for the beginning of a report. */
export function describeScenario(scenario: Scenario): string[] {
  const { requests, stops, steers, changes, outage, groupSettings, alarms } = scenario;
  const at = (ms: number) => `+${(ms / SECOND).toFixed(0)} s`;
  return [
    `crashes: at most ${scenario.crashes}, at ${scenario.crashChance * 100} % of the steps, down up to ${scenario.longestDowntimeMs / SECOND} s`,
    `calls: up to ${scenario.slowestCallMs} ms, ${scenario.throttling * 100} % throttled, ${scenario.lostAnswers * 100} % of the answers lost, ${scenario.doubledAnswers * 100} % doubled${outage ? `, none answered ${at(outage.fromMs)} to ${at(outage.toMs)}` : ""}`,
    ...(scenario.jumps > 0
      ? [`the clock jumps by an hour: at most ${scenario.jumps} times, at ${scenario.jumpChance * 100} % of the steps`]
      : []),
    ...describeNodes(scenario.nodes),
    ...describeAlarms(alarms),
    ...groupSettings.map(
      (settings, group) =>
        `group ${group}: a deployment that finds it busy: ${settings.onBusy ?? "untagged"}; alarms: ${describeSetting(settings.alarms)}`,
    ),
    ...scenario.receivers.map(({ name, downs, slowestMs, lostAnswers, refuses }) => {
      const when = downs.map(({ fromMs, toMs }) => `, down ${at(fromMs)} to ${at(toMs)}`).join("");
      return `receiver ${name}: up to ${slowestMs} ms, ${lostAnswers * 100} % of its answers lost${when}${refuses ? ", refuses" : ""}`;
    }),
    ...scenario.capacityWaits.map(
      ({ group, fromMs, toMs }) => `no capacity for group ${group} ${at(fromMs)} to ${at(toMs)}`,
    ),
    ...changes.map(({ group, atMs, how }) => `somebody changes what group ${group} deploys to at ${at(atMs)}: ${how}`),
    ...stops.map(
      ({ group, atMs, rollBack }) => `group ${group} is stopped at ${at(atMs)}, autoRollbackEnabled ${rollBack}`,
    ),
    ...steers.map(
      ({ group, atMs, verb, pauseMs, until }) =>
        `group ${group}: ${verb} at ${at(atMs)}${until ? ` or when ${until}` : ""}${verb === "pause" ? ` for ${pauseMs / SECOND} s` : ""}`,
    ),
    ...describeEcs(scenario.ecs, requests),
    ...requests.flatMap(
      (
        { group, atMs, pace, versions, revision, rollbackOn, hooks, order, alarms: override, spare, isLeftOut },
        index,
      ) =>
        isLeftOut
          ? []
          : `request ${index}: group ${group} ${spare ? "when somebody is stopped or rolled back" : `at ${at(atMs)}`}, ${pace.name}, versions ${versions}, AppSpec ${revision}, order ${order ?? "none"}, alarms ${override ? describeSetting(override) : "of the group"}, rollback on ${rollbackOn ? `[${rollbackOn.join(", ")}]` : "nothing"}, before: ${hooks.BeforeAllowTraffic?.kind ?? "none"}, before each step: ${describeStepHook(hooks.BeforeTrafficStep)}, after: ${hooks.AfterAllowTraffic?.kind ?? "none"}`,
    ),
  ];
}

function describeStepHook(behaviour: HookBehaviour | undefined): string {
  return behaviour ? `${behaviour.kind}, then ${behaviour.later?.kind ?? "the same"}` : "none";
}

function describeSetting(setting: AlarmSetting | null): string {
  if (!setting) return "none";
  const { names, enabled, ignorePollAlarmFailure } = setting;
  return `${names.join("+")}${enabled ? "" : " disabled"}${ignorePollAlarmFailure ? " ignoring failures" : ""}`;
}
