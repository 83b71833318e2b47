/**
 * Moves Lambda aliases with the calls that AWS's managed role for CodeDeploy allows: GetAlias, UpdateAlias,
 * GetProvisionedConcurrencyConfig (targets 2.2).
 */
import type { AliasConfiguration, LambdaClient } from "@aws-sdk/client-lambda";
import type { Effect, EffectAnswer } from "../../engine/deployment.ts";
import type { AliasState } from "../../engine/plan.ts";
import { type Driver, type EffectContext, EffectError } from "../driver.ts";
import { untilAborted } from "../sdkRequests.ts";
import { type LambdaClients, lambdaSdk } from "./lambdaClients.ts";
import { isNotFound, isPreconditionFailed, lambdaError } from "./lambdaErrors.ts";

export function lambdaDriver(clients: LambdaClients): Driver {
  return {
    performs: ["readAlias", "moveAlias"],
    async perform(effect, context) {
      const client = await clients(context.accountId, context.region);
      if (effect.type === "readAlias") {
        const found = await getAlias(client, effect, context);
        return { type: "aliasRead", alias: stateOf(found) };
      }
      if (effect.type === "moveAlias") return moveAlias(client, effect, context);
      throw new Error(`the Lambda driver does not perform ${effect.type}`);
    },
  };
}

type MoveAlias = Extract<Effect, { type: "moveAlias" }>;

/**
 * Compare and set. What is already as wanted is left as it is, so that a repetition changes nothing. One look: whoever finds
 * that the alias has changed since may have slept for long meanwhile, and must ask first whether the move is still wanted.
 */
async function moveAlias(client: LambdaClient, effect: MoveAlias, context: EffectContext): Promise<EffectAnswer> {
  const found = await getAlias(client, effect, context);
  const state = stateOf(found);
  if (sameState(state, effect.to)) return { type: "aliasMoved" };
  if (!effect.from.some((expected) => sameState(state, expected))) throw changedByOthers(effect, state);
  const reason = effect.waitsForCapacity ? await capacityWait(client, effect, context) : null;
  if (reason !== null) return { type: "aliasNotReady", reason };
  if (await updateAlias(client, effect, found.RevisionId, context)) return { type: "aliasMoved" };
  throw new EffectError("unavailable", `${subjectOf(effect)} changed while it was to be updated`, true);
}

async function getAlias(
  client: LambdaClient,
  effect: { functionName: string; alias: string },
  { signal }: EffectContext,
): Promise<AliasConfiguration> {
  const { GetAliasCommand } = await lambdaSdk();
  const command = new GetAliasCommand({ FunctionName: effect.functionName, Name: effect.alias });
  return untilAborted(signal, () => client.send(command)).catch((error: unknown) => {
    throw lambdaError(error, subjectOf(effect));
  });
}

/** False when the alias is no longer what the look found. A backend without revision ids cannot tell. */
async function updateAlias(
  client: LambdaClient,
  { functionName, alias, to }: MoveAlias,
  revisionId: string | undefined,
  { signal }: EffectContext,
): Promise<boolean> {
  const { UpdateAliasCommand } = await lambdaSdk();
  const command = new UpdateAliasCommand({
    FunctionName: functionName,
    Name: alias,
    FunctionVersion: to.version,
    // An empty map clears the weights; leaving it out would keep the old ones.
    RoutingConfig: { AdditionalVersionWeights: to.routed ? { [to.routed.version]: to.routed.weight } : {} },
    RevisionId: revisionId,
  });
  try {
    await untilAborted(signal, () => client.send(command));
    return true;
  } catch (error) {
    if (isPreconditionFailed(error)) return false;
    throw lambdaError(error, subjectOf({ functionName, alias }));
  }
}

/** Why the alias cannot take more traffic yet: its provisioned concurrency is still being allocated. */
async function capacityWait(
  client: LambdaClient,
  effect: MoveAlias,
  { signal }: EffectContext,
): Promise<string | null> {
  const { GetProvisionedConcurrencyConfigCommand } = await lambdaSdk();
  const command = new GetProvisionedConcurrencyConfigCommand({
    FunctionName: effect.functionName,
    Qualifier: effect.alias,
  });
  try {
    const { Status } = await untilAborted(signal, () => client.send(command));
    return Status === "IN_PROGRESS" ? `${subjectOf(effect)} is still being given its provisioned concurrency` : null;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw lambdaError(error, subjectOf(effect));
  }
}

/** Weights of 0 mean the same as none. */
function stateOf(found: AliasConfiguration): AliasState {
  const weights = Object.entries(found.RoutingConfig?.AdditionalVersionWeights ?? {});
  const [routed] = weights.filter(([, weight]) => weight > 0);
  return {
    version: found.FunctionVersion ?? "",
    routed: routed ? { version: routed[0], weight: routed[1] } : null,
  };
}

function sameState(one: AliasState, other: AliasState): boolean {
  if (one.version !== other.version) return false;
  if (one.routed === null || other.routed === null) return one.routed === other.routed;
  return one.routed.version === other.routed.version && Math.abs(one.routed.weight - other.routed.weight) < 1e-9;
}

function changedByOthers(effect: MoveAlias, found: AliasState): EffectError {
  return new EffectError(
    "changedByOthers",
    `${subjectOf(effect)} was changed by someone else: found ${describe(found)}, expected ${effect.from.map(describe).join(" or ")}. Their change is left alone.`,
    false,
  );
}

function describe({ version, routed }: AliasState): string {
  return routed ? `version ${version} with ${routed.weight} to version ${routed.version}` : `version ${version} alone`;
}

function subjectOf({ functionName, alias }: { functionName: string; alias: string }): string {
  return `Alias ${alias} of function ${functionName}`;
}
