/** What can be left out of a seed's story, so that the rest shows what a failure takes: kinds of faults, and single things. */
import { NO_ALARMS } from "./alarmScripts.ts";
import { type ServiceScript, SOUND_TASKS } from "./ecs/ecsScenario.ts";
import type { NodeFaults } from "./nodes/nodeFaults.ts";
import type { DeploymentRequest, Scenario } from "./scenario.ts";
import { soundHook } from "./stepHooks.ts";

/** How the scenario is without one kind of fault. The luck that is drawn beside it stays as it is. */
const WITHOUT = {
  crashes: (scenario) => ({ ...scenario, crashes: 0 }),
  /** Of the clock. */
  jumps: (scenario) => ({ ...scenario, jumps: 0 }),
  /** More than one process. */
  nodes: (scenario) => ofNodes(scenario, { count: 1 }),
  /** Processes that stand still. */
  pauses: (scenario) => ofNodes(scenario, { pauses: 0 }),
  /** Machines that sleep while their process stands still. */
  sleeps: (scenario) => ofNodes(scenario, { sleeps: 0 }),
  clockSets: (scenario) => ofNodes(scenario, { clockSets: 0 }),
  /** Processes that are told to end, and do so in good order. */
  shutdowns: (scenario) => ofNodes(scenario, { shutdowns: 0 }),
  /** Of the database. */
  databaseOutages: (scenario) => ofNodes(scenario, { outages: 0 }),
  slowCommits: (scenario) => ofNodes(scenario, { slowCommits: 0 }),
  /** Commits whose answer is lost. */
  lostCommits: (scenario) => ofNodes(scenario, { lostCommits: 0 }),
  slowStatements: (scenario) => ofNodes(scenario, { slowStatements: 0 }),
  throttling: (scenario) => ({ ...scenario, throttling: 0 }),
  lostAnswers: (scenario) => ({ ...scenario, lostAnswers: 0 }),
  doubledAnswers: (scenario) => ({ ...scenario, doubledAnswers: 0 }),
  slowCalls: (scenario) => ({ ...scenario, slowestCallMs: Math.min(50, scenario.slowestCallMs) }),
  outage: (scenario) => ({ ...scenario, outage: null }),
  capacity: (scenario) => ({ ...scenario, capacityWaits: [] }),
  changes: (scenario) => ({ ...scenario, changes: [] }),
  /** Tasks of a replacement that do not simply run. */
  tasks: withSoundTasks,
  /** More than one pair of target groups. */
  pairs: (scenario) => ofServices(scenario, { hasSecondPair: false }),
  /** Test traffic that a header tells. */
  testHeaders: (scenario) => ofServices(scenario, { hasTestHeader: false }),
  stops: (scenario) => ({ ...scenario, stops: [] }),
  steering: (scenario) => ({ ...scenario, steers: [] }),
  alarms: (scenario) => ({
    ...ofGroups(scenario, { alarms: null }),
    requests: scenario.requests.map((request) => ({ ...request, alarms: null })),
    alarms: NO_ALARMS,
  }),
  queue: (scenario) => ({
    ...ofGroups(scenario, { onBusy: null }),
    requests: scenario.requests.map((request) => ({
      ...request,
      order: null,
      isLeftOut: request.isLeftOut || request.spare,
    })),
  }),
  receivers: (scenario) => ({ ...ofGroups(scenario, { webhook: null, triggerEvents: [] }), receivers: [] }),
  /** Functions that do not simply succeed. */
  functions: (scenario) => ({
    ...scenario,
    requests: scenario.requests.map((request) => ({ ...request, hooks: soundHooks(request) })),
  }),
  /** Functions that are asked before every step of the traffic. */
  stepHooks: (scenario) => ({ ...scenario, requests: scenario.requests.map(withoutStepHook) }),
  /** Requests that cannot be fulfilled. */
  inputs: (scenario) => ({
    ...scenario,
    requests: scenario.requests.map((request) => ({
      ...request,
      versions: "right",
      revision: request.revision === "inline" ? "inline" : "inS3",
    })),
  }),
} satisfies Record<string, (scenario: Scenario) => Scenario>;

export type FaultKind = keyof typeof WITHOUT;
export const FAULT_KINDS = Object.keys(WITHOUT) as FaultKind[];

/** Single things, by their place in the scenario: `request:2`. */
const SINGLE = {
  request: "requests",
  stop: "stops",
  steer: "steers",
  change: "changes",
  receiver: "receivers",
} as const;

/** A kind of fault, or a single thing such as `request:2` or `alarm:errors`. */
export type LeftOut = string;

function ofNodes(scenario: Scenario, changes: Partial<NodeFaults>): Scenario {
  return { ...scenario, nodes: scenario.nodes && { ...scenario.nodes, ...changes } };
}

function ofGroups(scenario: Scenario, changes: Partial<Scenario["groupSettings"][number]>): Scenario {
  return { ...scenario, groupSettings: scenario.groupSettings.map((settings) => ({ ...settings, ...changes })) };
}

function ofServices(scenario: Scenario, changes: Partial<ServiceScript>): Scenario {
  if (!scenario.ecs) return scenario;
  const services = scenario.ecs.services.map((service) => ({ ...service, ...changes }));
  return { ...scenario, ecs: { ...scenario.ecs, services } };
}

function withSoundTasks(scenario: Scenario): Scenario {
  if (!scenario.ecs) return scenario;
  const requests = scenario.ecs.requests.map((request) => ({ ...request, tasks: SOUND_TASKS }));
  return { ...scenario, ecs: { ...scenario.ecs, requests } };
}

function soundHooks({ hooks }: DeploymentRequest): DeploymentRequest["hooks"] {
  return Object.fromEntries(Object.keys(hooks).map((event) => [event, soundHook()]));
}

function withoutStepHook({ hooks: { BeforeTrafficStep: _, ...hooks }, ...request }: DeploymentRequest) {
  return { ...request, hooks };
}

/** The scenario without these. Throws for what it does not know. */
export function without(scenario: Scenario, leftOut: readonly LeftOut[]): Scenario {
  const singles = leftOut.filter((what) => what.includes(":"));
  const kinds = leftOut.filter((what) => !what.includes(":"));
  // Single things first: a kind may change which there are.
  return kinds.reduce(withoutKind, withoutSingles(scenario, singles));
}

function withoutKind(scenario: Scenario, kind: string): Scenario {
  const leaveOut = WITHOUT[kind as FaultKind];
  if (!leaveOut) throw new Error(`there is no kind of fault called ${kind}; there are ${FAULT_KINDS.join(", ")}`);
  return leaveOut(scenario);
}

function withoutSingles(scenario: Scenario, leftOut: readonly LeftOut[]): Scenario {
  const isLeftOut = (what: keyof typeof SINGLE | "alarm", which: number | string) =>
    leftOut.includes(`${what}:${which}`);
  const known = singlesOf(scenario);
  const unknown = leftOut.find((what) => !known.includes(what));
  if (unknown !== undefined) throw new Error(`this seed has no ${unknown}`);
  return {
    ...scenario,
    // Functions and versions are called after the place of a request, so the others keep theirs.
    requests: scenario.requests.map((request, index) =>
      isLeftOut("request", index) ? { ...request, isLeftOut: true } : request,
    ),
    stops: scenario.stops.filter((_, index) => !isLeftOut("stop", index)),
    steers: scenario.steers.filter((_, index) => !isLeftOut("steer", index)),
    changes: scenario.changes.filter((_, index) => !isLeftOut("change", index)),
    receivers: scenario.receivers.map((receiver, index) =>
      isLeftOut("receiver", index)
        ? { ...receiver, downs: [], slowestMs: 5, lostAnswers: 0, refuses: false }
        : receiver,
    ),
    alarms: {
      ...scenario.alarms,
      scripts: scenario.alarms.scripts.map((script) =>
        isLeftOut("alarm", script.name)
          ? { ...script, kind: "is green", changes: [{ atMs: 0, state: "OK" as const }], redAt: null }
          : script,
      ),
    },
  };
}

/** Every single thing of the scenario that can be left out. */
export function singlesOf(scenario: Scenario): LeftOut[] {
  const numbered = Object.entries(SINGLE).flatMap(([what, list]) =>
    scenario[list].map((_, index) => `${what}:${index}`),
  );
  return [...numbered, ...scenario.alarms.scripts.map(({ name }) => `alarm:${name}`)];
}

/** Whether leaving this out as well makes any difference. */
export function isThere(scenario: Scenario, leftOut: readonly LeftOut[], what: LeftOut): boolean {
  return JSON.stringify(without(scenario, [...leftOut, what])) !== JSON.stringify(without(scenario, leftOut));
}

/** `--faults` and `--without` as they were given: what they leave out. */
export function leftOutBy(faults: string | undefined, without: string | undefined): LeftOut[] {
  const named = (list: string | undefined) => (list ?? "").split(",").filter((name) => name !== "");
  const wanted = faults === "none" ? [] : named(faults);
  const unknown = wanted.find((name) => !FAULT_KINDS.includes(name as FaultKind));
  if (unknown) throw new Error(`there is no kind of fault called ${unknown}; there are ${FAULT_KINDS.join(", ")}`);
  const unwanted = faults === undefined ? [] : FAULT_KINDS.filter((kind) => !wanted.includes(kind));
  return [...new Set([...unwanted, ...named(without)])];
}

/** The shortest flags that leave out just these. */
export function flagsOf(leftOut: readonly LeftOut[]): string {
  const kinds = FAULT_KINDS.filter((kind) => leftOut.includes(kind));
  const left = FAULT_KINDS.filter((kind) => !leftOut.includes(kind));
  const singles = leftOut.filter((what) => what.includes(":"));
  const short = kinds.length > left.length;
  const names = [...(short ? [] : kinds), ...singles];
  return `${short ? ` --faults ${left.join(",") || "none"}` : ""}${names.length > 0 ? ` --without ${names.join(",")}` : ""}`;
}
