/** What is published to the topics of a group's triggers (semantics 8.1). */
import type { Instant } from "../../clock.ts";
import type { DeploymentPlan } from "../plan.ts";
import type { Transition } from "../transitions.ts";

/** SNS's own limit. */
const LONGEST_SUBJECT = 100;

/** The documented JSON: members in this order, every value a string, no count of Ready. */
export function snsMessage(plan: DeploymentPlan, transition: Transition, triggerName: string): string {
  const { completeTime, overview, status, errorInformation } = transition;
  const { Failed, InProgress, Pending, Skipped, Succeeded } = overview;
  return JSON.stringify({
    region: plan.region,
    accountId: plan.accountId,
    eventTriggerName: triggerName,
    applicationName: plan.info.applicationName,
    deploymentId: plan.deploymentId,
    deploymentGroupName: plan.info.deploymentGroupName,
    createTime: seconds(plan.createTime),
    completeTime: completeTime === null ? undefined : seconds(completeTime),
    deploymentOverview: texts({ Failed, InProgress, Pending, Skipped, Succeeded }),
    status,
    errorInformation: errorInformation
      ? { ErrorCode: errorInformation.code, ErrorMessage: errorInformation.message }
      : undefined,
  });
}

/** Unpublished; ours: what happened, to which deployment, where. */
export function snsSubject({ deploymentId, region, info }: DeploymentPlan, { status }: Transition): string {
  const text = `${status.toUpperCase()}: AWS CodeDeploy ${deploymentId} in ${region} to ${info.applicationName}`;
  return text.slice(0, LONGEST_SUBJECT);
}

/** What a topic gets when a trigger for it is made or changed. Its text is unpublished; this one is ours. */
export function triggerTest(
  { applicationName, deploymentGroupName }: { applicationName: string; deploymentGroupName: string },
  triggerName: string,
): { subject: string; body: string } {
  const Test = `The trigger ${triggerName} of deployment group ${deploymentGroupName} of application ${applicationName} sends its notifications here.`;
  const subject = `TEST: AWS CodeDeploy trigger ${triggerName}`.replace(/[^\x20-\x7e]/g, "?").slice(0, LONGEST_SUBJECT);
  return { subject, body: JSON.stringify({ Test }) };
}

const seconds = (instant: Instant): string => (instant / 1000).toFixed(3);

function texts(counts: Record<string, number>): Record<string, string> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)]));
}
