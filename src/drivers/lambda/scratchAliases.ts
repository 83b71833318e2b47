/**
 * Aliases that rollback drills make for themselves, on the functions of real deployment groups. Nothing else is ever made
 * or removed here: a name must have the prefix, and what is listed for removal the description as well.
 */
import type { LambdaClient, ListAliasesCommandOutput } from "@aws-sdk/client-lambda";
import { type LambdaClients, lambdaSdk } from "./lambdaClients.ts";
import { isNotFound, lambdaError } from "./lambdaErrors.ts";

export const SCRATCH_PREFIX = "signalbox-drill-";
const DESCRIPTION = "Made by a signalbox rollback drill; no traffic uses it, and it may be deleted.";

/** A function of an account and region. */
export interface FunctionOf {
  accountId: string;
  region: string;
  functionName: string;
}

/** Calls reject with an `EffectError`. */
export interface ScratchAliases {
  /** Rejects when the function or one of the versions does not exist. */
  requireVersions(where: FunctionOf, versions: readonly string[], signal: AbortSignal): Promise<void>;
  create(where: FunctionOf, name: string, version: string, signal: AbortSignal): Promise<void>;
  /** One that is gone already is no error. */
  delete(where: FunctionOf, name: string, signal: AbortSignal): Promise<void>;
  /** Names of the function's aliases that drills have made. */
  list(where: FunctionOf, signal: AbortSignal): Promise<string[]>;
}

export function scratchAliases(clients: LambdaClients): ScratchAliases {
  const client = ({ accountId, region }: FunctionOf) => clients(accountId, region);
  return {
    async requireVersions(where, versions, abortSignal) {
      const { GetFunctionConfigurationCommand } = await lambdaSdk();
      for (const Qualifier of versions) {
        const command = new GetFunctionConfigurationCommand({ FunctionName: where.functionName, Qualifier });
        const subject = `Version ${Qualifier} of function ${where.functionName}`;
        await (await client(where)).send(command, { abortSignal }).catch(thrownAbout(subject));
      }
    },
    async create(where, name, version, abortSignal) {
      const { CreateAliasCommand } = await lambdaSdk();
      const command = new CreateAliasCommand({
        FunctionName: where.functionName,
        Name: requireScratch(name),
        FunctionVersion: version,
        Description: DESCRIPTION,
      });
      await (await client(where)).send(command, { abortSignal }).catch(thrownAbout(subjectOf(where, name)));
    },
    async delete(where, name, abortSignal) {
      const { DeleteAliasCommand } = await lambdaSdk();
      const command = new DeleteAliasCommand({ FunctionName: where.functionName, Name: requireScratch(name) });
      await (await client(where)).send(command, { abortSignal }).catch((error: unknown) => {
        if (!isNotFound(error)) throw lambdaError(error, subjectOf(where, name));
      });
    },
    list: async (where, signal) => listScratch(await client(where), where, signal),
  };
}

async function listScratch(
  client: LambdaClient,
  { functionName }: FunctionOf,
  abortSignal: AbortSignal,
): Promise<string[]> {
  const { ListAliasesCommand } = await lambdaSdk();
  const names: string[] = [];
  let Marker: string | undefined;
  do {
    const command = new ListAliasesCommand({ FunctionName: functionName, Marker });
    const page: ListAliasesCommandOutput = await client
      .send(command, { abortSignal })
      .catch(thrownAbout(`The aliases of function ${functionName}`));
    for (const { Name = "", Description } of page.Aliases ?? []) {
      if (Name.startsWith(SCRATCH_PREFIX) && Description === DESCRIPTION) names.push(Name);
    }
    Marker = page.NextMarker;
  } while (Marker);
  return names;
}

/** A slip of ours must never reach an alias that serves traffic. */
function requireScratch(name: string): string {
  if (!name.startsWith(SCRATCH_PREFIX)) throw new Error(`${name} is not the name of a drill's own alias`);
  return name;
}

const subjectOf = ({ functionName }: FunctionOf, name: string) => `Alias ${name} of function ${functionName}`;

const thrownAbout =
  (subject: string) =>
  (error: unknown): never => {
    throw lambdaError(error, subject);
  };
