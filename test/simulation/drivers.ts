/** The real drivers, before the simulated Lambda, S3 and CloudWatch. */

import { alarmDriver } from "../../src/drivers/alarms/alarmDriver.ts";
import type { AlarmSight, AlarmSource } from "../../src/drivers/alarms/alarmSource.ts";
import type { Driver } from "../../src/drivers/driver.ts";
import { ecsDriver } from "../../src/drivers/ecs/ecsDriver.ts";
import { lambdaHooks } from "../../src/drivers/hooks/lambdaHooks.ts";
import { lambdaDriver } from "../../src/drivers/lambda/lambdaDriver.ts";
import { revisionDriver } from "../../src/drivers/revisions/revisionDriver.ts";
import type { EffectAnswer } from "../../src/engine/deployment.ts";
import type { HookExecutionIds } from "../../src/resources/hookExecutionId.ts";
import type { EcsWorld } from "./ecs/ecsWorld.ts";
import type { LambdaWorld } from "./lambdaWorld.ts";

export interface DriverOptions {
  client: (deploymentId: string) => ReturnType<LambdaWorld["client"]>;
  /** `null` where the deployments go to Lambda. */
  services: ((deploymentId: string, key: string) => ReturnType<EcsWorld["client"]>) | null;
  performed: LambdaWorld["performed"];
  alarms: AlarmSource;
  hookIds: HookExecutionIds;
  answered: (deploymentId: string, key: string, answer: EffectAnswer) => void;
  /** What a look at the start of a deployment was told; `null` when its answer was lost. */
  looked: (deploymentId: string, sight: AlarmSight | null) => void;
}

/** Every deployment's calls go through a client of its own, so that the world knows who writes. */
export function driversOf(options: DriverOptions): Driver[] {
  const { client, services, performed, alarms, hookIds, answered, looked } = options;
  const lambda = (deploymentId: string) => lambdaDriver(async () => client(deploymentId));
  const hooks = (deploymentId: string) =>
    lambdaHooks({
      clients: async () => client(deploymentId),
      invocation: "request",
      hookExecutionId: hookIds.seal,
    });
  const revisions = (deploymentId: string) => revisionDriver(async () => client(deploymentId));
  const watched = (performs: Driver["performs"], driverOf: (deploymentId: string, key: string) => Driver): Driver => ({
    performs,
    async perform(effect, context) {
      const answer = await driverOf(context.deploymentId, effect.key).perform(effect, context);
      performed(context.deploymentId, effect.type === "invokeHook");
      answered(context.deploymentId, effect.key, answer);
      return answer;
    },
  });
  const start = (deploymentId: string) =>
    alarmDriver({
      async look(scope, names) {
        try {
          const sight = await alarms.look(scope, names);
          looked(deploymentId, sight);
          return sight;
        } catch (error) {
          looked(deploymentId, null);
          throw error;
        }
      },
    });
  const ecs = (deploymentId: string, key: string) => {
    const client = services?.(deploymentId, key) as ReturnType<EcsWorld["client"]>;
    const of = async () => client;
    return ecsDriver(of, of);
  };
  return [
    watched(["readRevision"], revisions),
    services ? watched(ecs("", "").performs, ecs) : watched(["readAlias", "moveAlias"], lambda),
    watched(["invokeHook"], hooks),
    watched(["readAlarms"], start),
  ];
}
