/** What a deployment to ECS checks before it touches anything (semantics 5.2), and what it remembers of what it saw. */
import type { TestHeader } from "../resources/testHeader.ts";
import type { EcsFound, EcsPlan, EcsServiceSeen, Route, RouteSeen, TargetGroup, TaskSetSeen } from "./ecsPlan.ts";
import { failure, type Interruption } from "./interruption.ts";

/** Of deployments, as their ids begin. */
const OF_A_DEPLOYMENT = /^d-/;

/** What was found, or what ends the deployment. The codes are guesses (semantics 5.2). */
export function checkService(plan: EcsPlan, seen: EcsServiceSeen): EcsFound | { refused: Interruption } {
  const name = `${plan.service.clusterName}/${plan.service.serviceName}`;
  const unfit = unfitService(name, seen);
  if (unfit !== null) return refuse("INVALID_ECS_SERVICE", unfit);
  const [first, second] = seen.targetGroups;
  if (!first || !second) {
    const missing = plan.targetGroups.filter((wanted) => !seen.targetGroups.some((found) => found.name === wanted));
    return refuse("ELASTIC_LOAD_BALANCING_INVALID", `The target group does not exist: ${missing.join(", ")}.`);
  }
  const primary = seen.taskSets.find(({ status }) => status === "PRIMARY");
  if (!primary) return refuse("INVALID_ECS_SERVICE", `The service ${name} has no primary task set.`);
  const pair = bluestFirst([first, second], primary);
  if (!pair) {
    return refuse(
      "INVALID_ECS_SERVICE",
      `The primary task set of ${name} is in neither of the deployment group's target groups, ${first.name} and ${second.name}.`,
    );
  }
  const { blue, green } = pair;
  const routes = routesOf(plan, seen, blue, green);
  const problem = listenerProblem(plan, seen, pair, routes);
  if (problem !== null) return refuse("ELASTIC_LOAD_BALANCING_INVALID", problem);
  return {
    serviceArn: seen.serviceArn,
    blue: { id: primary.id, arn: primary.arn },
    blueTargetGroup: blue,
    greenTargetGroup: green,
    production: routes.production,
    test: routes.test,
    leftovers: seen.taskSets.filter(isLeftover).map(({ id, arn }) => ({ id, arn })),
    green: null,
  };
}

function unfitService(name: string, seen: EcsServiceSeen): string | null {
  const { status, deploymentController, schedulingStrategy } = seen;
  if (status !== "ACTIVE") return `The service ${name} is ${status}, not ACTIVE.`;
  if (deploymentController !== "CODE_DEPLOY") {
    return `The service ${name} has the deployment controller ${deploymentController}; it must be CODE_DEPLOY.`;
  }
  if (schedulingStrategy === "REPLICA") return null;
  return `The service ${name} has the scheduling strategy ${schedulingStrategy}; it must be REPLICA.`;
}

function listenerProblem(
  plan: EcsPlan,
  seen: EcsServiceSeen,
  { blue, green }: Pair,
  { production, hasTestListener, hasHeaderRule }: Routes,
): string | null {
  const carries = ({ shares }: Route) => shares.some((share) => share.targetGroupArn === blue.arn && share.weight > 0);
  if (!production.some(carries)) {
    return `Primary taskset target group must be behind listener ${plan.productionListenerArn}: nothing of it forwards to ${blue.name}.`;
  }
  if (plan.testListenerArn !== null && !hasTestListener) {
    return `The test listener ${plan.testListenerArn} forwards to neither ${blue.name} nor ${green.name}.`;
  }
  if (!seen.hasWeights && plan.traffic.type !== "AllAtOnce") {
    return "A Network Load Balancer moves all traffic at once: the deployment configuration must be CodeDeployDefault.ECSAllAtOnce.";
  }
  if (!plan.testHeader || hasHeaderRule) return null;
  return seen.hasWeights
    ? missingRule(plan.productionListenerArn, plan.testHeader, blue, green)
    : `A Network Load Balancer knows no headers: test traffic cannot be told by ${plan.testHeader.name}.`;
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
function routesOf({ testHeader }: EcsPlan, seen: EcsServiceSeen, blue: TargetGroup, green: TargetGroup) {
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

/** What a deployment that was not rolled back has left (semantics 5.7, a guess). */
function isLeftover({ status, externalId }: TaskSetSeen): boolean {
  return status === "ACTIVE" && externalId !== null && OF_A_DEPLOYMENT.test(externalId);
}

function refuse(code: Interruption["code"], detail: string): { refused: Interruption } {
  return { refused: { ...failure(code, detail, detail), obstacle: "nothing had been changed" } };
}
