/** What an operation is: a wire name, and a function from its decoded input to its output. */
import type { Clock } from "../clock.ts";
import type { Ids } from "../ids.ts";
import type { Scope } from "../protocol/http.ts";
import type { GroupQuotas } from "../resources/groupSettings.ts";
import type { HookExecutionIds } from "../resources/hookExecutionId.ts";
import type { Operations } from "../shapes/codedeploy.ts";
import type { Store } from "../store/store.ts";

/** Limits, by AWS's defaults (semantics 9). */
export interface Quotas {
  applications: number;
  deploymentGroupsPerApplication: number;
  customDeploymentConfigs: number;
  /** Under way at once, in one account and region. */
  deployments: number;
  /** Waiting for one deployment group. */
  queuedDeployments: number;
  group: GroupQuotas;
}

export interface Services {
  store: Store;
  clock: Clock;
  ids: Ids;
  quotas: Quotas;
  /** How long a validation function may take to report, unless its group's tag says otherwise. */
  hookTimeoutMs: number;
  /** As in `EcsPlan`. */
  failFast: { stoppedTasks: number; withinMs: number } | null;
  /** Where CloudEvents are posted to for groups whose tags do not say; `null` is nowhere. */
  webhook: string | null;
  /** Seals page tokens. */
  keys: { nextToken: Buffer };
  hookExecutionIds: Pick<HookExecutionIds, "open">;
}

export type Operation<Name extends keyof Operations> = (
  input: Operations[Name]["input"],
  services: Services,
  caller: Scope,
) => Promise<Operations[Name]["output"]>;

/** Gives a function the types that the model has for the operation of this name. */
export function defineOperation<Name extends keyof Operations>(
  _name: Name,
  operation: Operation<Name>,
): Operation<Name> {
  return operation;
}
