/** How another service of this process puts targets behind a load balancer, and hears how they are. */
import type { BalancerStore } from "./balancerStore.ts";
import type { DataPlane } from "./dataPlane/dataPlane.ts";
import type { Health } from "./dataPlane/liveTarget.ts";
import { elbError } from "./elbError.ts";
import type { Target, TargetGroup } from "./resources.ts";
import { addTargets, removeTargets } from "./targetOperations.ts";

export interface TargetGroups {
  /** `undefined` where there is no such target group. */
  describe(
    targetGroupArn: string,
  ): { targetType: "ip" | "instance"; protocol: string; port: number; loadBalancerArns: string[] } | undefined;
  /** Durable when it returns. Throws TargetGroupNotFound. */
  register(targetGroupArn: string, target: Target): void;
  /** Resolves when the target has drained: no request in flight, or the deregistration delay is over. */
  deregister(targetGroupArn: string, target: Target): Promise<void>;
  health(targetGroupArn: string, target: Target): Health;
  /** Told of every change of a target's health; answers how to stop listening. */
  onHealth(listener: (targetGroupArn: string, target: Target, health: Health) => void): () => void;
}

export function targetGroupsFor(store: BalancerStore, dataPlane: DataPlane): TargetGroups {
  const require = (arn: string): TargetGroup => {
    const found = store.find("targetGroup", arn);
    if (!found) throw elbError("TargetGroupNotFound", `Target group '${arn}' not found`);
    return found;
  };
  return {
    describe(arn) {
      const found = store.find("targetGroup", arn);
      if (!found) return undefined;
      const { targetType, protocol, port } = found;
      return { targetType, protocol, port, loadBalancerArns: store.loadBalancersOf(arn) };
    },
    register: (arn, { id, port }) => addTargets(store, require(arn), [{ id, port }]),
    async deregister(arn, target) {
      const found = store.find("targetGroup", arn);
      if (found) removeTargets(store, found, ({ id, port }) => id === target.id && port === target.port);
      await dataPlane.drained(arn, target);
    },
    health: (arn, target) => dataPlane.health(arn, target),
    onHealth: (listener) => dataPlane.onHealth(listener),
  };
}
