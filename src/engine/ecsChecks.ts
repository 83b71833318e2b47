/** What a deployment to ECS checks before it touches anything (semantics 5.2), and what it remembers of what it saw. */
import { checkPair, refuse } from "./ecsPairChecks.ts";
import type { EcsFound, EcsPlan, EcsServiceSeen, FoundPair, TaskSetSeen } from "./ecsPlan.ts";
import type { Interruption } from "./interruption.ts";

/** Of deployments, as their ids begin. */
const OF_A_DEPLOYMENT = /^d-/;

/** What was found, or what ends the deployment. The codes are guesses (semantics 5.2). */
export function checkService(plan: EcsPlan, seen: EcsServiceSeen): EcsFound | { refused: Interruption } {
  const name = `${plan.service.clusterName}/${plan.service.serviceName}`;
  const unfit = unfitService(name, seen);
  if (unfit !== null) return refuse("INVALID_ECS_SERVICE", unfit);
  const primary = seen.taskSets.find(({ status }) => status === "PRIMARY");
  if (!primary) return refuse("INVALID_ECS_SERVICE", `The service ${name} has no primary task set.`);
  const first = checkPair(plan, plan, seen, primary);
  if ("refused" in first) return first;
  const morePairs: FoundPair[] = [];
  for (const [index, pair] of (plan.morePairs ?? []).entries()) {
    const look = seen.morePairs?.[index];
    if (!look) throw new Error("a pair of target groups was not looked at");
    const found = checkPair(plan, pair, look, primary);
    if ("refused" in found) return found;
    morePairs.push(found);
  }
  return {
    serviceArn: seen.serviceArn,
    blue: { id: primary.id, arn: primary.arn },
    ...first,
    ...(morePairs.length > 0 && { morePairs }),
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

/** What a deployment that was not rolled back has left (semantics 5.7, a guess). */
function isLeftover({ status, externalId }: TaskSetSeen): boolean {
  return status === "ACTIVE" && externalId !== null && OF_A_DEPLOYMENT.test(externalId);
}
