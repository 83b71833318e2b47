/**
 * The hook before every step of production traffic, which AWS CodeDeploy does not have: whoever names it in `Hooks` has its
 * function asked before each shift, the last one included.
 */
import type { AppSpecNode } from "../appSpecDocument.ts";

export type TrafficStepHook = "BeforeTrafficStep";

export const TRAFFIC_STEP_HOOK: TrafficStepHook = "BeforeTrafficStep";

/** The lifecycle event of one step, named for the share that is wanted, as AWS spells percents in names. */
export type TrafficStepEvent = `BeforeTrafficStep${number}Percent`;

export const trafficStepEvent = (weight: number): TrafficStepEvent => `BeforeTrafficStep${weight}Percent`;

export const isTrafficStepEvent = (name: string): name is TrafficStepEvent =>
  /^BeforeTrafficStep\d+Percent$/.test(name);

/** The same document may be meant for AWS as well. */
export function warnOfTrafficStepHook(hook: string, node: AppSpecNode): void {
  if (hook !== TRAFFIC_STEP_HOOK) return;
  const message = `${hook} is a hook of signalbox alone: AWS CodeDeploy does not know it`;
  node.warning({ message, found: hook, allowed: "a hook of AWS CodeDeploy, where the document is for AWS as well" });
}
