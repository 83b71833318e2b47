/** Where an alias is, and where a deployment says that it has left it. */
import { GetAliasCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { aliasAt } from "../../src/engine/lambdaRollback.ts";
import type { AliasState } from "../../src/engine/plan.ts";
import type { DeploymentDetail } from "../../src/management/deploymentDetail.ts";
import { isLambdaAppSpec } from "../../src/resources/lambdaAppSpec.ts";
import type { Ledger } from "./ledger.ts";
import type { Lane } from "./scene.ts";

export async function aliasNow(
  lambda: LambdaClient,
  { functionName, alias }: Lane,
  ledger: Ledger,
): Promise<AliasState> {
  const command = new GetAliasCommand({ FunctionName: functionName, Name: alias });
  const { FunctionVersion = "", RoutingConfig } = await ledger.read(() => lambda.send(command));
  const [routed] = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
  return { version: FunctionVersion, routed: routed ? { version: routed[0], weight: routed[1] } : null };
}

/** By the weight that it shows on its target; `null` where it never came to look at the alias. */
export function whereItSays({ appSpec, targets }: DeploymentDetail): AliasState | null {
  const [target] = targets;
  if (!appSpec || !isLambdaAppSpec(appSpec) || !target) return null;
  return aliasAt(appSpec, target.weight);
}

export function sameAlias(one: AliasState, other: AliasState): boolean {
  const near = Math.abs((one.routed?.weight ?? 0) - (other.routed?.weight ?? 0)) < 1e-9;
  return one.version === other.version && one.routed?.version === other.routed?.version && near;
}
