/** What stands in the simulated ECS and in front of it: services, their task sets, their listeners. */
import type { Action, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type ServiceScript, SOUND_TASKS, type TaskScript } from "./ecsScenario.ts";

export interface LoadBalancer {
  targetGroupArn: string;
  containerName: string;
  containerPort: number;
}

export interface TaskSetModel {
  id: string;
  arn: string;
  status: "PRIMARY" | "ACTIVE" | "DRAINING";
  /** One of each pair, in their order. */
  loadBalancers: LoadBalancer[];
  externalId: string | null;
  tasks: TaskScript;
  createdAt: number;
  /** When it is gone; `null` while nobody has deleted it. */
  goneAt: number | null;
}

export interface RouteModel {
  /** `null` for the default action. */
  ruleArn: string | null;
  actions: Action[];
  isOurs: boolean;
  /** It is one of the test header. */
  isTest: boolean;
  /** Deployments that have looked at it since somebody else changed it. */
  foreignSeenBy: Set<string>;
}

export interface ListenerModel {
  arn: string;
  /** The pair of target groups that it is of: 0, or 1 for the second. */
  pair: number;
  kind: "production" | "test";
  protocol: "HTTP" | "TCP";
  routes: RouteModel[];
}

export interface ServiceModel {
  group: number;
  script: ServiceScript;
  taskSets: TaskSetModel[];
  listeners: ListenerModel[];
  made: number;
  tokens: Map<string, TaskSetModel>;
}

export const OTHERS = "arn:targetgroup/others";

export const serviceName = (group: number): string => `web${group}`;
export const groupName = (colour: "blue" | "green", group: number, pair: number): string =>
  `${pair === 0 ? "" : "admin-"}${colour}${group}`;
export const groupArn = (name: string): string => `arn:targetgroup/${name}`;
export const listenerArn = (kind: ListenerModel["kind"], group: number, pair: number): string =>
  `arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/${kind}/${group}/${pair + 1}`;

export const TEST_HEADER = "X-Test";

const BY_HEADER: RuleCondition[] = [
  { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: TEST_HEADER.toLowerCase(), Values: ["*"] } },
];

/** The containers behind the first and the second pair. */
export const CONTAINERS = [
  { containerName: "web", containerPort: 8080 },
  { containerName: "admin", containerPort: 9000 },
] as const;

/** The numbers of its pairs. */
export const pairsOf = ({ hasSecondPair }: ServiceScript): number[] => (hasSecondPair ? [0, 1] : [0]);

/** A route's traffic is of the kind of its listener, but for rules of the test header. */
export const kindOf = (listener: ListenerModel, route: RouteModel): ListenerModel["kind"] =>
  route.isTest ? "test" : listener.kind;

export function taskSetModel(group: number, number: number, loadBalancers: LoadBalancer[]): TaskSetModel {
  const id = `ecs-svc/${group}-${number}`;
  return {
    id,
    arn: `arn:task-set/shop/${serviceName(group)}/${id}`,
    status: "ACTIVE",
    loadBalancers,
    externalId: null,
    tasks: { ...SOUND_TASKS, steadyAfterMs: 0 },
    createdAt: 0,
    goneAt: null,
  };
}

const STICKY = { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 } };

export function forward(shares: [targetGroupArn: string, weight: number][]): Action {
  const TargetGroups = shares.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  return { Type: "forward", ForwardConfig: { TargetGroups } };
}

/** One task set on the blue target group of every pair, behind every route of ours. */
export function newService(script: ServiceScript, group: number): ServiceModel {
  const pairs = pairsOf(script);
  const loadBalancers = pairs.map((pair) => ({
    targetGroupArn: groupArn(groupName("blue", group, pair)),
    ...(CONTAINERS[pair] ?? CONTAINERS[0]),
  }));
  const primary: TaskSetModel = { ...taskSetModel(group, 1, loadBalancers), status: "PRIMARY" };
  const kinds: ListenerModel["kind"][] = script.hasTestListener ? ["production", "test"] : ["production"];
  const listeners = pairs.flatMap((pair) => kinds.map((kind) => newListener(script, group, pair, kind)));
  return { group, script, taskSets: [primary], listeners, made: 1, tokens: new Map() };
}

function newListener(script: ServiceScript, group: number, pair: number, kind: ListenerModel["kind"]): ListenerModel {
  const { protocol } = script;
  const byDefault = route(null, [forward([[groupArn(groupName("blue", group, pair)), 1]])]);
  const hasRules = protocol === "HTTP" && kind === "production";
  const routes = [byDefault, ...(hasRules ? rulesFor(script, group, pair) : [])];
  return { arn: listenerArn(kind, group, pair), pair, kind, protocol, routes };
}

/** Rules of others, and of ours. */
function rulesFor(script: ServiceScript, group: number, pair: number): RouteModel[] {
  const blue = groupArn(groupName("blue", group, pair));
  const arn = (what: string) => `arn:rule/${what}${group}${pair === 0 ? "" : "-admin"}`;
  const login: Action = { Type: "authenticate-oidc", Order: 1 };
  const sticky = { ...forward([[blue, 1]]), Order: 2 };
  const own = { ...sticky, ForwardConfig: { ...sticky.ForwardConfig, ...STICKY } };
  return [
    { ...route(arn("others"), [forward([[OTHERS, 1]])]), isOurs: false },
    { ...route(arn("fixed"), [{ Type: "fixed-response" }]), isOurs: false },
    ...(script.hasOwnRule ? [route(arn("own"), [login, own])] : []),
    ...(script.hasTestHeader ? [{ ...route(arn("test"), [forward([[blue, 1]])]), isTest: true }] : []),
  ];
}

const route = (ruleArn: string | null, actions: Action[]): RouteModel => ({
  ...{ ruleArn, actions, isOurs: true, isTest: false },
  foreignSeenBy: new Set(),
});

export function listenerSeen({ arn, protocol, routes }: ListenerModel): unknown {
  return { ListenerArn: arn, Protocol: protocol, DefaultActions: routes[0]?.actions };
}

export function rulesSeen({ arn, routes }: ListenerModel): unknown[] {
  return routes.map(({ ruleArn, actions, isTest }) => ({
    RuleArn: ruleArn ?? `${arn}/default`,
    IsDefault: ruleArn === null,
    Conditions: isTest ? BY_HEADER : [],
    Actions: actions,
  }));
}

/** Weights by target group, as they are written; one that is alone has everything, whatever is written. */
export function weightsOf(actions: readonly Action[]): Map<string, number> {
  const forwards = actions.find(({ Type }) => Type === "forward");
  const groups = forwards?.ForwardConfig?.TargetGroups ?? [];
  if (groups.length === 0) return new Map(forwards?.TargetGroupArn ? [[forwards.TargetGroupArn, 100]] : []);
  if (groups.length === 1) return new Map([[groups[0]?.TargetGroupArn ?? "", 100]]);
  return new Map(groups.map(({ TargetGroupArn = "", Weight = 0 }) => [TargetGroupArn, Weight]));
}
