/** What DescribeServices tells of a service and its task sets: the only look that the managed role allows (semantics 5.4). */
import type { ECSClient, Service, ServiceEvent, TaskSet } from "@aws-sdk/client-ecs";
import type { EcsServiceName, TaskSetSeen } from "../../engine/ecsPlan.ts";
import { type EffectContext, EffectError } from "../driver.ts";
import { ecsSdk } from "./ecsClients.ts";
import { ecsError } from "./ecsErrors.ts";

export const subjectOf = ({ clusterName, serviceName }: EcsServiceName) => `service ${clusterName}/${serviceName}`;

/** The service, in whatever state it is. Throws `notFound` where there is none. */
export async function describeService(
  client: ECSClient,
  name: EcsServiceName,
  { signal }: EffectContext,
): Promise<Service> {
  const { DescribeServicesCommand } = await ecsSdk();
  const command = new DescribeServicesCommand({ cluster: name.clusterName, services: [name.serviceName] });
  const { services, failures } = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
    throw ecsError(error, `Looking at ${subjectOf(name)}`);
  });
  const [service] = services ?? [];
  if (service) return service;
  const reason = failures?.[0]?.reason ?? "MISSING";
  throw new EffectError("notFound", `There is no ${subjectOf(name)}: ${reason}`, false);
}

/** The task sets as the engine sees them. Counts that a backend leaves out are 0. */
export function taskSetsOf({ taskSets, events }: Service): TaskSetSeen[] {
  return (taskSets ?? []).map((taskSet) => {
    const { id = "", taskSetArn: arn = "", status = "", externalId, stabilityStatus, loadBalancers } = taskSet;
    return {
      id,
      arn,
      status,
      externalId: externalId ?? null,
      targetGroupArns: (loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []),
      desiredCount: taskSet.computedDesiredCount ?? 0,
      pendingCount: taskSet.pendingCount ?? 0,
      runningCount: taskSet.runningCount ?? 0,
      isSteady: stabilityStatus === "STEADY_STATE",
      stoppedTasks: stoppedTasks(taskSet, events ?? []),
    };
  });
}

/**
 * From the events of the service, since the role may not list tasks: those that say why a task stopped, or else one for
 * each task that was started beyond what is wanted. Oldest first.
 */
function stoppedTasks({ id, computedDesiredCount = 0 }: TaskSet, events: ServiceEvent[]): TaskSetSeen["stoppedTasks"] {
  const own = events
    .filter(({ message = "" }) => message.includes(`taskSet ${id})`))
    .map(({ message = "", createdAt }) => ({ at: createdAt?.getTime() ?? 0, message }))
    .sort((one, other) => one.at - other.at);
  const told = own.flatMap(({ at, message }) => {
    const [, reason] = message.match(/\(task [^)]+\) stopped: (.+)$/s) ?? [];
    return reason === undefined ? [] : [{ at, reason }];
  });
  if (told.length > 0) return told;
  const started = own.flatMap(({ at, message }) => {
    const count = Number(message.match(/has started (\d+) tasks/)?.[1] ?? 0);
    return Array.from({ length: count }, () => ({ at, reason: "it was replaced by another" }));
  });
  return started.slice(computedDesiredCount);
}
