/** What tasks need of a load balancer. Whoever brings both services together says what is behind it. */

export interface Target {
  /** An IP address. */
  id: string;
  port: number;
}

export type TargetHealth = "initial" | "healthy" | "unhealthy" | "draining" | "unused";

export interface TargetGroups {
  /** `undefined` where there is no such target group. */
  describe(
    targetGroupArn: string,
  ): { targetType: "ip" | "instance"; protocol: string; port: number; loadBalancerArns: string[] } | undefined;
  register(targetGroupArn: string, target: Target): void;
  /** Resolves when the target has drained: no request in flight, or the deregistration delay is over. */
  deregister(targetGroupArn: string, target: Target): Promise<void>;
  health(targetGroupArn: string, target: Target): TargetHealth;
  /** Told of every change of a target's health; answers how to stop listening. */
  onHealth(listener: (targetGroupArn: string, target: Target, health: string) => void): () => void;
}

/** Where there is no load balancer, no target group exists. */
export const noTargetGroups: TargetGroups = {
  describe: () => undefined,
  register: () => {},
  deregister: async () => {},
  health: () => "unused",
  onHealth: () => () => {},
};
