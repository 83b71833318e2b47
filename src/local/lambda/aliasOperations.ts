/** Aliases: a name for a version, or for two versions that share the invocations. */
import { invalid } from "./functionConfiguration.ts";
import { type Alias, type FunctionStore, requireFunction, requireVersion } from "./functionStore.ts";
import { constraintError, LambdaError } from "./lambdaError.ts";
import { type Members, parseMembers, readMembers, readString, requireString } from "./members.ts";
import { type FunctionId, functionArn, isVersionNumber, LATEST, requireUnqualified } from "./names.ts";
import { type LambdaRequest, namedFunction, type Operation, page, requireRevision } from "./operation.ts";

const ALIAS_PATTERN = "(?!^[0-9]+$)([a-zA-Z0-9-_]+)";
const WEIGHT_CONSTRAINT =
  "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]";
const VERSION_CONSTRAINT =
  "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]";

export const createAlias: Operation = ({ store, ids }, request) => {
  const id = aliasOwner(request);
  const input = parseMembers(request.body);
  const name = requireString(input, "Name");
  if (!/^(?![0-9]+$)[a-zA-Z0-9_-]{1,128}$/.test(name)) {
    throw constraintError(name, "name", `Member must satisfy regular expression pattern: ${ALIAS_PATTERN}`);
  }
  const functionVersion = requireTarget(input);
  const routing = readRouting(input);
  requireFunction(store, id);
  if (store.findAlias(id, name)) {
    throw new LambdaError("ResourceConflictException", `Alias already exists: ${functionArn(id, name)}`);
  }
  const description = readString(input, "Description") ?? "";
  const alias: Alias = { name, functionVersion, description, routing: undefined, revisionId: ids.uuid() };
  checkTargets(store, id, functionVersion, routing);
  store.putAlias(id, { ...alias, routing });
  return { status: 201, body: renderAlias(id, { ...alias, routing }) };
};

/** Compare-and-set when RevisionId is given. Members left out stay as they are; empty weights end the sharing. */
export const updateAlias: Operation = ({ store, ids }, request) => {
  const id = aliasOwner(request);
  const name = request.parameters["Name"] ?? "";
  const input = parseMembers(request.body);
  const changesRouting = readMembers(input, "RoutingConfig") !== undefined;
  const routing = readRouting(input);
  const asked = readString(input, "FunctionVersion");
  if (asked !== undefined) requireTarget(input);
  requireFunction(store, id);
  const before = store.findAlias(id, name);
  if (!before) throw new LambdaError("ResourceNotFoundException", `Alias not found: ${functionArn(id, name)}`);
  requireRevision(readString(input, "RevisionId"), before.revisionId);
  const after: Alias = {
    name,
    functionVersion: asked ?? before.functionVersion,
    description: readString(input, "Description") ?? before.description,
    routing: changesRouting ? routing : before.routing,
    revisionId: ids.uuid(),
  };
  checkTargets(store, id, after.functionVersion, after.routing);
  store.putAlias(id, after);
  return { status: 200, body: renderAlias(id, after) };
};

export const getAlias: Operation = ({ store }, request) => {
  const id = aliasOwner(request);
  const name = request.parameters["Name"] ?? "";
  const alias = store.findAlias(id, name);
  if (!alias) throw new LambdaError("ResourceNotFoundException", `Cannot find alias arn: ${functionArn(id, name)}`);
  return { status: 200, body: renderAlias(id, alias) };
};

export const listAliases: Operation = ({ store }, request) => {
  const id = aliasOwner(request);
  requireFunction(store, id);
  const version = request.query.get("FunctionVersion");
  const aliases = store
    .aliases(id)
    .filter((alias) => version === null || alias.functionVersion === version || alias.routing?.version === version)
    .map((alias) => renderAlias(id, alias));
  const { items, marker } = page(aliases, request.query, 50);
  return { status: 200, body: { Aliases: items, ...marker } };
};

/** Deleting an alias that is not there succeeds, as on AWS. */
export const deleteAlias: Operation = ({ store }, request) => {
  const id = aliasOwner(request);
  requireFunction(store, id);
  const name = request.parameters["Name"] ?? "";
  store.together(() => {
    store.removeAlias(id, name);
    store.removePolicy(id, name);
    store.removeProvisioned(id, name);
  });
  return { status: 204 };
};

function aliasOwner(request: LambdaRequest): FunctionId {
  const found = namedFunction(request);
  requireUnqualified(found);
  return found;
}

function requireTarget(input: Members): string {
  const version = requireString(input, "FunctionVersion");
  if (version !== LATEST && !isVersionNumber(version)) {
    const constraint = "Member must satisfy regular expression pattern: (\\$LATEST|[0-9]+)";
    throw constraintError(version, "functionVersion", constraint);
  }
  return version;
}

function readRouting(input: Members): Alias["routing"] {
  const weights = readMembers(readMembers(input, "RoutingConfig") ?? {}, "AdditionalVersionWeights") ?? {};
  const pairs = Object.entries(weights);
  for (const [version, weight] of pairs) {
    const shown = `{${version}=${typeof weight === "number" && Number.isInteger(weight) ? weight.toFixed(1) : weight}}`;
    const where = "routingConfig.additionalVersionWeights";
    if (!isVersionNumber(version)) throw constraintError(shown, where, VERSION_CONSTRAINT);
    if (typeof weight !== "number" || weight < 0 || weight > 1) throw constraintError(shown, where, WEIGHT_CONSTRAINT);
  }
  if (pairs.length > 1) throw invalid("Number of items in AdditionalVersionWeights cannot be greater than 1");
  const [first] = pairs;
  return first ? { version: first[0], weight: Number(first[1]) } : undefined;
}

function checkTargets(store: FunctionStore, id: FunctionId, version: string, routing: Alias["routing"]): void {
  if (routing && version === LATEST) {
    throw invalid("$LATEST is not supported for an alias pointing to more than 1 version");
  }
  if (routing?.version === version) {
    throw invalid(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    );
  }
  requireVersion(store, id, version);
  if (routing) requireVersion(store, id, routing.version);
}

function renderAlias(id: FunctionId, alias: Alias): Members {
  const { routing } = alias;
  return {
    AliasArn: functionArn(id, alias.name),
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    RevisionId: alias.revisionId,
    ...(routing ? { RoutingConfig: { AdditionalVersionWeights: { [routing.version]: routing.weight } } } : {}),
  };
}
