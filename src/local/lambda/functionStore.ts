/** The nouns of the control plane and where they are kept. Every key begins with account and region. */
import type { Scope } from "../../protocol/http.ts";
import type { Documents } from "../documents.ts";
import { LambdaError } from "./lambdaError.ts";
import { type FunctionId, functionArn, isVersionNumber, LATEST } from "./names.ts";

/** Where a version's files are: unpacked by us under their digest (hex SHA-256), or a folder of the user's. */
export type CodeLocation = { kind: "stored"; digest: string } | { kind: "folder"; path: string };

/** Code and configuration of `$LATEST` or of one published version. */
export interface FunctionVersion {
  /** `$LATEST` or a number. */
  version: string;
  runtime: string;
  handler: string;
  role: string;
  /** Seconds. */
  timeout: number;
  /** MB. */
  memorySize: number;
  description: string;
  environment: Record<string, string> | undefined;
  architectures: string[];
  /** MB. */
  ephemeralStorage: number;
  tracingMode: string;
  logGroup: string;
  code: CodeLocation;
  /** Base64 of the SHA-256 of the zip, or of the folder's contents. */
  codeSha256: string;
  /** Bytes. */
  codeSize: number;
  revisionId: string;
  /** Milliseconds since 1970. */
  lastModified: number;
}

export interface LambdaFunction {
  latest: FunctionVersion;
  /** The number that the next published version gets. Numbers are never used twice. */
  nextVersion: number;
  tags: Record<string, string>;
  reservedConcurrency: number | undefined;
}

export interface Alias {
  name: string;
  functionVersion: string;
  description: string;
  /** The second version and its share of the invocations, between 0 and 1. */
  routing: { version: string; weight: number } | undefined;
  revisionId: string;
}

export interface Policy {
  statements: Record<string, unknown>[];
  revisionId: string;
}

export interface ProvisionedConcurrency {
  requested: number;
  lastModified: number;
}

const FUNCTION = "lambda.function";
const VERSION = "lambda.version";
const ALIAS = "lambda.alias";
const POLICY = "lambda.policy";
const PROVISIONED = "lambda.provisionedConcurrency";

export type FunctionStore = ReturnType<typeof functionStore>;

export function functionStore(documents: Documents) {
  const scopeKey = (caller: Scope) => `${caller.accountId}/${caller.region}/`;
  const functionKey = (id: FunctionId) => `${scopeKey(id)}${id.name}`;
  /** Numbers are padded, so that the order of the keys is the order of the numbers. */
  const versionKey = (id: FunctionId, version: string) => `${functionKey(id)}/${version.padStart(12, "0")}`;
  const underKey = (id: FunctionId, name: string) => `${functionKey(id)}/${name}`;
  const values = <T>(kind: string, id: FunctionId) =>
    documents.list<T>(kind, `${functionKey(id)}/`).map((found) => found.value);

  return {
    together: <T>(work: () => T): T => documents.together(work),
    find: (id: FunctionId) => documents.get<LambdaFunction>(FUNCTION, functionKey(id)),
    put: (id: FunctionId, value: LambdaFunction) => documents.put(FUNCTION, functionKey(id), value),
    /** All functions of the caller, by name. */
    list(caller: Scope): { id: FunctionId; value: LambdaFunction }[] {
      const prefix = scopeKey(caller);
      return documents
        .list<LambdaFunction>(FUNCTION, prefix)
        .map(({ key, value }) => ({ id: { ...caller, name: key.slice(prefix.length) }, value }));
    },
    /** The function with all that belongs to it. */
    remove(id: FunctionId): void {
      documents.together(() => {
        documents.delete(FUNCTION, functionKey(id));
        for (const kind of [VERSION, ALIAS, POLICY, PROVISIONED]) {
          for (const { key } of documents.list(kind, `${functionKey(id)}/`)) documents.delete(kind, key);
        }
      });
    },

    versions: (id: FunctionId) => values<FunctionVersion>(VERSION, id),
    findVersion: (id: FunctionId, version: string) => documents.get<FunctionVersion>(VERSION, versionKey(id, version)),
    putVersion: (id: FunctionId, value: FunctionVersion) =>
      documents.put(VERSION, versionKey(id, value.version), value),
    removeVersion: (id: FunctionId, version: string) => documents.delete(VERSION, versionKey(id, version)),

    aliases: (id: FunctionId) => values<Alias>(ALIAS, id),
    findAlias: (id: FunctionId, name: string) => documents.get<Alias>(ALIAS, underKey(id, name)),
    putAlias: (id: FunctionId, value: Alias) => documents.put(ALIAS, underKey(id, value.name), value),
    removeAlias: (id: FunctionId, name: string) => documents.delete(ALIAS, underKey(id, name)),

    /** The policy of the function (`qualifier` undefined) or of one version or alias. */
    findPolicy: (id: FunctionId, qualifier: string | undefined) =>
      documents.get<Policy>(POLICY, underKey(id, qualifier ?? LATEST)),
    putPolicy: (id: FunctionId, qualifier: string | undefined, value: Policy) =>
      documents.put(POLICY, underKey(id, qualifier ?? LATEST), value),
    removePolicy: (id: FunctionId, qualifier: string | undefined) =>
      documents.delete(POLICY, underKey(id, qualifier ?? LATEST)),

    findProvisioned: (id: FunctionId, qualifier: string) =>
      documents.get<ProvisionedConcurrency>(PROVISIONED, underKey(id, qualifier)),
    putProvisioned: (id: FunctionId, qualifier: string, value: ProvisionedConcurrency) =>
      documents.put(PROVISIONED, underKey(id, qualifier), value),
    removeProvisioned: (id: FunctionId, qualifier: string) => documents.delete(PROVISIONED, underKey(id, qualifier)),
    listProvisioned: (id: FunctionId) =>
      documents
        .list<ProvisionedConcurrency>(PROVISIONED, `${functionKey(id)}/`)
        .map(({ key, value }) => ({ qualifier: key.slice(functionKey(id).length + 1), value })),

    /** Digests of all code that something still refers to, whoever owns it. */
    digestsInUse(): Set<string> {
      const all = [
        ...documents.list<LambdaFunction>(FUNCTION, "").map(({ value }) => value.latest),
        ...documents.list<FunctionVersion>(VERSION, "").map(({ value }) => value),
      ];
      return new Set(all.flatMap(({ code }) => (code.kind === "stored" ? [code.digest] : [])));
    },
  };
}

/** Throws ResourceNotFoundException "Function not found: <arn>". */
export function requireFunction(store: FunctionStore, id: FunctionId, qualifier?: string): LambdaFunction {
  const found = store.find(id);
  if (!found) throw functionNotFound(id, qualifier);
  return found;
}

export const functionNotFound = (id: FunctionId, qualifier?: string): LambdaError =>
  new LambdaError("ResourceNotFoundException", `Function not found: ${functionArn(id, qualifier)}`);

/** What a qualifier leads to: a version, and the alias it was found by. */
export interface Resolved {
  version: FunctionVersion;
  alias: Alias | undefined;
}

/** The version that a qualifier names; of an alias, its main version. Throws ResourceNotFoundException. */
export function resolveQualifier(store: FunctionStore, id: FunctionId, qualifier: string | undefined): Resolved {
  const found = requireFunction(store, id, qualifier);
  if (qualifier === undefined || qualifier === LATEST) return { version: found.latest, alias: undefined };
  if (isVersionNumber(qualifier)) return { version: requireVersion(store, id, qualifier), alias: undefined };
  const alias = store.findAlias(id, qualifier);
  // An alias is called what AWS calls it when it is missing: a function that was not found.
  if (!alias) throw functionNotFound(id, qualifier);
  return { version: requireVersion(store, id, alias.functionVersion), alias };
}

/** `$LATEST` or a published version. Throws ResourceNotFoundException. */
export function requireVersion(store: FunctionStore, id: FunctionId, version: string): FunctionVersion {
  const found = version === LATEST ? store.find(id)?.latest : store.findVersion(id, version);
  if (!found) throw functionNotFound(id, version);
  return found;
}
