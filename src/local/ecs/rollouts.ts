/** The start of a rollout: a deployment of a service, or a task set. */
import type { Clock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import type { LoadBalancer, Tag } from "../../shapes/ecs.ts";
import { newRolloutId } from "./names.ts";
import type { Placement, Rollout } from "./records.ts";

export interface NewRollout {
  status: Rollout["status"];
  taskDefinition: string;
  loadBalancers: LoadBalancer[];
  placement: Placement;
  /** Percent of the service's desired count. */
  scale?: number | undefined;
  startedBy?: string | undefined;
  externalId?: string | undefined;
  clientToken?: string | undefined;
  tags?: Tag[];
}

export function newRollout({ clock, ids }: { clock: Clock; ids: Ids }, wanted: NewRollout): Rollout {
  const { status, taskDefinition, loadBalancers, placement, scale = 100, tags = [] } = wanted;
  const now = clock.now();
  return {
    ...placement,
    id: newRolloutId(ids),
    status,
    taskDefinition,
    loadBalancers,
    scale: { value: scale, unit: "PERCENT" },
    startedBy: wanted.startedBy,
    externalId: wanted.externalId,
    clientToken: wanted.clientToken,
    createdAt: now,
    updatedAt: now,
    isSteady: false,
    isCompleted: false,
    steadyAt: now,
    failuresInARow: 0,
    failedTasks: 0,
    notBefore: 0,
    tags,
  };
}
