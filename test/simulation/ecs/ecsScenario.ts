/** What a seed's story is when its deployments go to ECS: services behind listeners, and how the tasks of replacements fare. */
import type { EcsHook } from "../../../src/resources/appSpec/ecsAppSpec.ts";
import type { Chance } from "../chance.ts";
import { drawHook } from "../hookBehaviour.ts";
import { type DeploymentRequest, luckOf, PACES, type Pace, type Scenario } from "../scenario.ts";
import { HOUR, MINUTE, SECOND } from "../times.ts";

export const ECS_HOOKS: readonly EcsHook[] = [
  "BeforeInstall",
  "AfterInstall",
  "AfterAllowTestTraffic",
  "BeforeAllowTraffic",
  "AfterAllowTraffic",
];

/** What somebody else does to a service or its listeners. Rules of their own they may change: it must not matter. */
export type EcsChange = "productionAway" | "testAway" | "replacementDeleted" | "originalDeleted" | "othersRule";

/** The service of a group, its listeners, and the waits that the group has. */
export interface ServiceScript {
  /** Of the production listener: of a network load balancer the traffic moves as a whole, and there are no rules. */
  protocol: "HTTP" | "TCP";
  hasTestListener: boolean;
  /** A rule of the production listener leads to the service as well. */
  hasOwnRule: boolean;
  rerouteWaitMs: number | null;
  terminationWaitMs: number;
  bakeMs: number;
  /** Whether ECS knows a client token again. A backend need not. */
  remembersTokens: boolean;
  /** More than one pair of target groups, each with listeners of its own. */
  hasSecondPair: boolean;
  /** Rules of the production listeners on a header have test traffic. */
  hasTestHeader: boolean;
}

/** Two of the eight lifecycle events are about it. */
export const hasTestTraffic = ({ hasTestListener, hasTestHeader }: ServiceScript): boolean =>
  hasTestListener || hasTestHeader;

/** How the tasks of one replacement fare, from its creation on. */
export interface TaskScript {
  kind: string;
  /** `null` where it never becomes steady. */
  steadyAfterMs: number | null;
  /** Tasks that stop by themselves. */
  stopsAtMs: number[];
  /** The service scales: not steady for a while, from some time after it was steady first. */
  scales: { fromMs: number; forMs: number } | null;
}

/** What people do when the deployment waits for them. */
export interface WaitScript {
  /** After how long somebody lets the traffic move; `null` where nobody does. */
  continueAfterMs: number | null;
  /** How and when somebody ends the termination wait. */
  ending: { afterMs: number; how: "continue" | "skip" | "stop" | "stopAndRollBack" } | null;
}

export interface EcsRequest {
  tasks: TaskScript;
  waits: WaitScript;
}

export interface EcsScript {
  services: ServiceScript[];
  /** For each request of the scenario, in its order. */
  requests: EcsRequest[];
}

export const SOUND_TASKS: TaskScript = { kind: "run", steadyAfterMs: 3_000, stopsAtMs: [], scales: null };

/** The paces of ECS, in the order of those of Lambda; only what is predefined has another name. */
const PREDEFINED = [
  "CodeDeployDefault.ECSAllAtOnce",
  "CodeDeployDefault.ECSCanary10Percent5Minutes",
  "CodeDeployDefault.ECSCanary10Percent15Minutes",
  "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
];
const INTERVALS: Record<string, number> = { "CodeDeployDefault.ECSCanary10Percent15Minutes": 15 * MINUTE };

export const ECS_PACES: Pace[] = PACES.map((pace, index) => {
  const name = PREDEFINED[index] ?? pace.name;
  return { ...pace, name, intervalMs: INTERVALS[name] ?? pace.intervalMs };
});

/** The seed's story of deployments to Lambda, told of ECS. */
export function withEcs(scenario: Scenario): Scenario {
  const chance = luckOf(scenario.seed, "ecs");
  const routes = luckOf(scenario.seed, "routes");
  const services = Array.from({ length: scenario.groups }, () => withMoreRoutes(routes, drawService(chance)));
  const requests = scenario.requests.map((request) => asEcsRequest(chance, request, services[request.group]));
  return {
    ...scenario,
    requests: requests.map(({ request }) => request),
    capacityWaits: [],
    changes: scenario.changes.map((change) => ({
      ...change,
      how: chance.pick<EcsChange>([
        "productionAway",
        "testAway",
        "replacementDeleted",
        "originalDeleted",
        "othersRule",
      ]),
    })),
    ecs: { services, requests: requests.map(({ tasks, waits }) => ({ tasks, waits })) },
  };
}

function drawService(chance: Chance): ServiceScript {
  const some = <T>(probability: number, value: T, otherwise: T) => (chance.happens(probability) ? value : otherwise);
  return {
    protocol: some<"HTTP" | "TCP">(0.1, "TCP", "HTTP"),
    hasTestListener: chance.happens(0.6),
    hasOwnRule: chance.happens(0.4),
    rerouteWaitMs: some<number | null>(0.3, chance.pick([5, 60]) * MINUTE, null),
    terminationWaitMs: some(0.5, chance.pick([5, 40]) * MINUTE, 0),
    bakeMs: some(0.2, chance.pick([30 * SECOND, 10 * MINUTE]), 0),
    remembersTokens: chance.happens(0.5),
    hasSecondPair: false,
    hasTestHeader: false,
  };
}

/** What AWS does not have; its luck is its own, and the rest of the story stays as it is. */
function withMoreRoutes(chance: Chance, service: ServiceScript): ServiceScript {
  const [hasSecondPair, hasTestHeader] = [chance.happens(0.3), chance.happens(0.2)];
  return { ...service, hasSecondPair, hasTestHeader: hasTestHeader && service.protocol === "HTTP" };
}

function asEcsRequest(chance: Chance, request: DeploymentRequest, service: ServiceScript | undefined) {
  const isPaced = service?.protocol !== "TCP" || chance.happens(0.1);
  const pace = ECS_PACES[isPaced ? PACES.indexOf(request.pace) : 0] ?? request.pace;
  const likelihood = chance.pick([0, 0.2, 0.5]);
  const hooks: DeploymentRequest["hooks"] = {};
  for (const hook of ECS_HOOKS) {
    const behaviour = hook in request.hooks ? request.hooks[hook] : undefined;
    if (behaviour) hooks[hook] = behaviour;
    else if (chance.happens(likelihood)) hooks[hook] = drawHook(chance);
  }
  const ended = chance.pick<NonNullable<WaitScript["ending"]>["how"]>(["continue", "skip", "stop", "stopAndRollBack"]);
  return {
    request: { ...request, pace, hooks, versions: "right" as const },
    tasks: drawTasks(chance),
    waits: {
      continueAfterMs: chance.happens(0.8) ? chance.between(0, chance.pick([SECOND, 4 * MINUTE, HOUR])) : null,
      ending: chance.happens(0.4) ? { afterMs: chance.between(0, 6 * MINUTE), how: ended } : null,
    },
  };
}

function drawTasks(chance: Chance): TaskScript {
  const sound = {
    ...SOUND_TASKS,
    steadyAfterMs: chance.between(0, chance.pick([100, 6 * SECOND, 6 * SECOND, MINUTE])),
  };
  if (chance.happens(0.8)) return sound;
  const scales = { fromMs: chance.between(0, chance.pick([10 * SECOND, 6 * MINUTE])), forMs: 0 };
  const stops = (count: number, apartMs: number) => Array.from({ length: count }, (_, index) => (index + 1) * apartMs);
  return chance.pick<TaskScript>([
    { ...sound, kind: "scale for a while", scales: { ...scales, forMs: chance.between(1, 4 * MINUTE) } },
    { ...sound, kind: "scale for a while", scales: { ...scales, forMs: chance.between(1, 4 * MINUTE) } },
    { ...sound, kind: "scale for hours", scales: { ...scales, forMs: 5 * HOUR } },
    {
      ...sound,
      kind: "stop again and again",
      steadyAfterMs: null,
      stopsAtMs: stops(30, chance.between(1, 100) * SECOND),
    },
    { ...sound, kind: "stop twice, and run", steadyAfterMs: 70 * SECOND, stopsAtMs: stops(2, 20 * SECOND) },
    { ...sound, kind: "take half an hour", steadyAfterMs: 30 * MINUTE },
    { ...sound, kind: "never run", steadyAfterMs: chance.happens(0.5) ? null : 2 * HOUR },
  ]);
}

export function describeEcs(ecs: EcsScript | null, requests: readonly DeploymentRequest[]): string[] {
  if (!ecs) return [];
  const minutes = (ms: number | null) => (ms === null ? "none" : `${ms / MINUTE} min`);
  return [
    ...ecs.services.map(
      (service, group) =>
        `service ${group}: ${service.protocol}${service.hasTestListener ? ", test listener" : ""}${service.hasTestHeader ? ", test header" : ""}${service.hasSecondPair ? ", two pairs" : ""}${service.hasOwnRule ? ", a rule" : ""}, reroute wait ${minutes(service.rerouteWaitMs)}, termination wait ${minutes(service.terminationWaitMs)}, watched for ${minutes(service.bakeMs)}, client tokens ${service.remembersTokens ? "known again" : "forgotten"}`,
    ),
    ...ecs.requests.flatMap(({ tasks, waits: { continueAfterMs, ending } }, index) => {
      if (requests[index]?.isLeftOut) return [];
      const ends = ending ? `${ending.how} after ${ending.afterMs / SECOND} s` : "left alone";
      const hooks = Object.entries(requests[index]?.hooks ?? {}).map(([event, { kind }]) => `${event} ${kind}`);
      return `request ${index}: tasks ${tasks.kind}${tasks.scales ? ` from +${tasks.scales.fromMs / SECOND} s for ${tasks.scales.forMs / SECOND} s` : `, steady after ${tasks.steadyAfterMs} ms`}; continued after ${continueAfterMs ?? "no"} ms, termination ${ends}; ${hooks.join(", ")}`;
    }),
  ];
}
