/** What a webhook is posted: an event by the CloudEvents 1.0 specification, as JSON. */
import { deploymentGroupArn } from "../../resources/resourceArn.ts";
import type { DeploymentPlan } from "../plan.ts";
import type { Transition } from "../transitions.ts";

/**
 * `id` is the same whenever this event is sent again, so that a receiver can tell. Members of `data` are spelt as
 * GetDeployment has them, its times in seconds since the epoch.
 */
export function cloudEvent(plan: DeploymentPlan, transition: Transition): string {
  const { accountId, region, deploymentId, info } = plan;
  const { applicationName = "", deploymentGroupName = "" } = info;
  const { event, at, status, startTime, completeTime, overview, errorInformation, rollbackInfo } = transition;
  return JSON.stringify({
    specversion: "1.0",
    id: `${deploymentId}/${event}`,
    source: deploymentGroupArn({ accountId, region }, applicationName, deploymentGroupName),
    type: `signalbox.${event}`,
    subject: deploymentId,
    time: new Date(at).toISOString(),
    datacontenttype: "application/json",
    data: {
      event,
      accountId,
      region,
      applicationName,
      deploymentGroupName,
      deploymentGroupId: plan.notifies?.deploymentGroupId,
      deploymentId,
      deploymentConfigName: info.deploymentConfigName,
      computePlatform: info.computePlatform,
      creator: info.creator,
      description: info.description,
      revision: info.revision,
      status,
      createTime: plan.createTime / 1000,
      startTime: seconds(startTime),
      completeTime: seconds(completeTime),
      deploymentOverview: overview,
      errorInformation: errorInformation ?? undefined,
      rollbackInfo: rollbackInfo ?? undefined,
    },
  });
}

const seconds = (instant: number | null): number | undefined => (instant === null ? undefined : instant / 1000);
