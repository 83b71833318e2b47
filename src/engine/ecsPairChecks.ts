/** What a deployment to ECS checks of each pair of target groups and of its listeners, before it touches anything (semantics 5.2). */
import type { TestHeader } from "../resources/testHeader.ts";
import type {
  EcsPlan,
  FoundPair,
  PairSeen,
  Route,
  RouteSeen,
  TargetGroup,
  TargetGroupPair,
  TaskSetSeen,
} from "./ecsPlan.ts";
import { failure, type Interruption } from "./interruption.ts";

/** What was found of the pair, or what ends the deployment. */
export function checkPair(
  plan: EcsPlan,
  planned: TargetGroupPair,
  seen: PairSeen,
  primary: TaskSetSeen,
): FoundPair | { refused: Interruption } {
  const [first, second] = seen.targetGroups;
  if (!first || !second) {
    const missing = planned.targetGroups.filter((wanted) => !seen.targetGroups.some((found) => found.name === wanted));
    return refuse("ELASTIC_LOAD_BALANCING_INVALID", `The target group does not exist: ${missing.join(", ")}.`);
  }
  const pair = bluestFirst([first, second], primary);
  if (!pair) {
    const { clusterName, serviceName } = plan.service;
    return refuse(
      "INVALID_ECS_SERVICE",
      `The primary task set of ${clusterName}/${serviceName} is in neither of the deployment group's target groups, ${first.name} and ${second.name}.`,
    );
  }
  const routes = routesOf(plan, seen, pair);
  const problem = listenerProblem(plan, planned, seen, pair, routes);
  if (problem !== null) return refuse("ELASTIC_LOAD_BALANCING_INVALID", problem);
  const { production, test } = routes;
  return { blueTargetGroup: pair.blue, greenTargetGroup: pair.green, production, test };
}

function listenerProblem(
  { traffic, testHeader }: EcsPlan,
  { productionListenerArn, testListenerArn }: TargetGroupPair,
  seen: PairSeen,
  { blue, green }: Pair,
  { production, hasTestListener, hasHeaderRule }: Routes,
): string | null {
  const carries = ({ shares }: Route) => shares.some((share) => share.targetGroupArn === blue.arn && share.weight > 0);
  if (!production.some(carries)) {
    return `Primary taskset target group must be behind listener ${productionListenerArn}: nothing of it forwards to ${blue.name}.`;
  }
  if (testListenerArn !== null && !hasTestListener) {
    return `The test listener ${testListenerArn} forwards to neither ${blue.name} nor ${green.name}.`;
  }
  if (!seen.hasWeights && traffic.type !== "AllAtOnce") {
    return "A Network Load Balancer moves all traffic at once: the deployment configuration must be CodeDeployDefault.ECSAllAtOnce.";
  }
  if (!testHeader || hasHeaderRule) return null;
  return seen.hasWeights
    ? missingRule(productionListenerArn, testHeader, blue, green)
    : `A Network Load Balancer knows no headers: test traffic cannot be told by ${testHeader.name}.`;
}

/** No call that the managed role allows makes a rule: somebody else has to. */
function missingRule(listenerArn: string, { name, value }: TestHeader, blue: TargetGroup, green: TargetGroup): string {
  const HttpHeaderConfig = { HttpHeaderName: name, Values: [value ?? "*"] };
  const conditions = JSON.stringify([{ Field: "http-header", HttpHeaderConfig }]);
  return [
    `No rule of listener ${listenerArn} has a condition on the header ${name}${value === null ? "" : ` with the value ${value}`} and forwards to ${blue.name} or ${green.name}.`,
    `Make one, of a priority before those of other rules that such requests fit: aws elbv2 create-rule --listener-arn ${listenerArn} --priority 1 --conditions '${conditions}' --actions Type=forward,TargetGroupArn=${blue.arn}`,
  ].join(" ");
}

/** The pair, by where the primary task set is. */
function bluestFirst([first, second]: [TargetGroup, TargetGroup], { targetGroupArns }: TaskSetSeen) {
  if (targetGroupArns.includes(first.arn)) return { blue: first, green: second };
  return targetGroupArns.includes(second.arn) ? { blue: second, green: first } : null;
}

type Pair = NonNullable<ReturnType<typeof bluestFirst>>;
type Routes = ReturnType<typeof routesOf>;

/**
 * Rules that forward to neither of the pair are somebody else's (semantics 5.4). Beside everything of the test listener,
 * rules of the production listener on the test header have test traffic.
 */
function routesOf({ testHeader }: EcsPlan, seen: PairSeen, { blue, green }: Pair) {
  const ours = new Set([blue.arn, green.arn]);
  const oursOf = (routes: readonly RouteSeen[]) =>
    routes.filter(({ shares }) => shares.some(({ targetGroupArn }) => ours.has(targetGroupArn)));
  const [production, test] = [oursOf(seen.production), oursOf(seen.test)];
  const isByHeader = (route: RouteSeen) => testHeader !== undefined && asksFor(testHeader, route);
  return {
    production: production.filter((route) => !isByHeader(route)).map(withoutHeaders),
    test: [...production.filter(isByHeader), ...test].map(withoutHeaders),
    hasTestListener: test.length > 0,
    hasHeaderRule: [...production, ...test].some(isByHeader),
  };
}

/** Headers are compared without regard to case, as load balancers do. */
function asksFor({ name, value }: TestHeader, { headers = [] }: RouteSeen): boolean {
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  return headers.some((header) => {
    return same(header.name, name) && (value === null || header.values.some((text) => same(text, value)));
  });
}

const withoutHeaders = ({ headers: _, ...route }: RouteSeen): Route => route;

export function refuse(code: Interruption["code"], detail: string): { refused: Interruption } {
  return { refused: { ...failure(code, detail, detail), obstacle: "nothing had been changed" } };
}
