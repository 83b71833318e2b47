/** What a deployment to ECS checks before it touches anything (semantics 5.2), and what it remembers of what it saw. */
import type { EcsFound, EcsPlan, EcsServiceSeen, Route, TargetGroup, TaskSetSeen } from "./ecsPlan.ts";
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
  const problem = listenerProblem(plan, seen, blue, green);
  if (problem !== null) return refuse("ELASTIC_LOAD_BALANCING_INVALID", problem);
  return {
    serviceArn: seen.serviceArn,
    blue: { id: primary.id, arn: primary.arn },
    blueTargetGroup: blue,
    greenTargetGroup: green,
    production: routesOf(seen.production, blue, green),
    test: routesOf(seen.test, blue, green),
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

function listenerProblem(plan: EcsPlan, seen: EcsServiceSeen, blue: TargetGroup, green: TargetGroup): string | null {
  const carries = ({ shares }: Route) => shares.some((share) => share.targetGroupArn === blue.arn && share.weight > 0);
  if (!seen.production.some(carries)) {
    return `Primary taskset target group must be behind listener ${plan.productionListenerArn}: nothing of it forwards to ${blue.name}.`;
  }
  if (plan.testListenerArn !== null && routesOf(seen.test, blue, green).length === 0) {
    return `The test listener ${plan.testListenerArn} forwards to neither ${blue.name} nor ${green.name}.`;
  }
  if (!seen.hasWeights && plan.traffic.type !== "AllAtOnce") {
    return "A Network Load Balancer moves all traffic at once: the deployment configuration must be CodeDeployDefault.ECSAllAtOnce.";
  }
  return null;
}

/** The pair, by where the primary task set is. */
function bluestFirst([first, second]: [TargetGroup, TargetGroup], { targetGroupArns }: TaskSetSeen) {
  if (targetGroupArns.includes(first.arn)) return { blue: first, green: second };
  return targetGroupArns.includes(second.arn) ? { blue: second, green: first } : null;
}

/** Rules that forward to neither of the pair are somebody else's (semantics 5.4). */
function routesOf(routes: readonly Route[], blue: TargetGroup, green: TargetGroup): Route[] {
  const ours = new Set([blue.arn, green.arn]);
  return routes.filter(({ shares }) => shares.some(({ targetGroupArn }) => ours.has(targetGroupArn)));
}

/** What a deployment that was not rolled back has left (semantics 5.7, a guess). */
function isLeftover({ status, externalId }: TaskSetSeen): boolean {
  return status === "ACTIVE" && externalId !== null && OF_A_DEPLOYMENT.test(externalId);
}

function refuse(code: Interruption["code"], detail: string): { refused: Interruption } {
  return { refused: { ...failure(code, detail, detail), obstacle: "nothing had been changed" } };
}
