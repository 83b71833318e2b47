/** CreateFunction and the other operations on a function as a whole. */
import type { Scope } from "../../protocol/http.ts";
import type { StoredCode } from "./codeStore.ts";
import {
  changedSettings,
  invalid,
  newSettings,
  renderConfiguration,
  requireArchitectures,
  showsQualifier,
} from "./functionConfiguration.ts";
import {
  type FunctionVersion,
  functionNotFound,
  type LambdaFunction,
  requireFunction,
  resolveQualifier,
} from "./functionStore.ts";
import { LambdaError } from "./lambdaError.ts";
import {
  type Members,
  parseMembers,
  readBoolean,
  readMembers,
  readString,
  readStringList,
  readStringMap,
  requireString,
} from "./members.ts";
import { isVersionNumber, LATEST, parseFunctionName, requireUnqualified } from "./names.ts";
import { type Control, namedFunction, type Operation, page, requireRevision } from "./operation.ts";
import { requireTags } from "./tagOperations.ts";
import { preparePublication } from "./versionOperations.ts";

export const createFunction: Operation = async (control, request) => {
  const { store, clock, ids } = control;
  const input = parseMembers(request.body);
  const id = parseFunctionName(requireString(input, "FunctionName"), request.caller);
  requireUnqualified(id);
  const settings = newSettings(id.name, input);
  const tags = readStringMap(input, "Tags") ?? {};
  requireTags(tags);
  const publish = readBoolean(input, "Publish") ?? false;
  const refuseSecond = () => {
    if (store.find(id)) throw new LambdaError("ResourceConflictException", `Function already exist: ${id.name}`);
  };
  refuseSecond();
  const stored = await storeCode(control, request.caller, readMembers(input, "Code") ?? {});
  const latest: FunctionVersion = {
    ...settings,
    ...stored,
    version: LATEST,
    revisionId: ids.uuid(),
    lastModified: clock.now(),
  };
  const commit = publish ? await preparePublication(control, latest) : undefined;
  // Another request may have made the function while the code was unpacked.
  refuseSecond();
  const made: LambdaFunction = { latest, nextVersion: 1, tags, reservedConcurrency: undefined };
  const answer = store.together(() => {
    store.put(id, made);
    return commit ? commit(id, undefined) : latest;
  });
  // With Publish AWS answers the new version's number beside the function's own, unqualified ARN.
  return { status: 201, body: renderConfiguration(id, answer, false) };
};

/** Code from a zip in the request or in S3, or from a folder of this machine. */
async function storeCode(control: Control, caller: Scope, input: Members): Promise<StoredCode> {
  const zip = readString(input, "ZipFile");
  const bucket = readString(input, "S3Bucket");
  const key = readString(input, "S3Key");
  if (readString(input, "ImageUri") !== undefined) {
    throw invalid("Please don't provide ImageUri when updating a function with packageType Zip.");
  }
  if (zip !== undefined && bucket !== undefined) {
    throw invalid("Please do not provide other FunctionCode parameters when providing a ZipFile.");
  }
  if (zip !== undefined) {
    if (zip === "") throw invalid("Uploaded file must be a non-empty zip");
    return control.code.storeZip(Buffer.from(zip, "base64"));
  }
  if (bucket === "local-folder" && key !== undefined) return control.code.describeFolder(key);
  if (bucket !== undefined && key !== undefined) {
    return control.code.storeZip(await codeInS3(control, caller, bucket, key, readString(input, "S3ObjectVersion")));
  }
  throw invalid("Please provide a source for function code.");
}

async function codeInS3(
  { readObject }: Control,
  caller: Scope,
  bucket: string,
  key: string,
  versionId: string | undefined,
): Promise<Buffer> {
  const found = await readObject(caller, bucket, key, versionId ?? null);
  if ("body" in found) return found.body;
  const { code, message } = found.error;
  throw invalid(`Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`);
}

export const getFunction: Operation = (control, request) => {
  const id = namedFunction(request);
  const found = requireFunction(control.store, id, id.qualifier);
  const { version, alias } = resolveQualifier(control.store, id, id.qualifier);
  const qualified = showsQualifier(version, id.qualifier);
  const configuration = renderConfiguration(id, version, qualified);
  if (alias) configuration["FunctionArn"] = `${renderConfiguration(id, version, false)["FunctionArn"]}:${alias.name}`;
  const { code } = version;
  const location =
    code.kind === "folder"
      ? { RepositoryType: "LocalFolder", Location: `file://${code.path}` }
      : { RepositoryType: "S3", Location: `${control.endpoint()}/2015-03-31/signalbox-code/${code.digest}.zip` };
  const { tags, reservedConcurrency } = found;
  return {
    status: 200,
    body: {
      Configuration: configuration,
      Code: location,
      ...(Object.keys(tags).length > 0 && !qualified ? { Tags: tags } : {}),
      ...(reservedConcurrency === undefined
        ? {}
        : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
    },
  };
};

/** Where GetFunction's Code.Location leads. Whoever knows the digest may have the zip, as with a presigned URL. */
export const downloadCode: Operation = async (control, request) => {
  const zip = await control.code.readZip(request.parameters["Digest"] ?? "");
  if (!zip) throw new LambdaError("ResourceNotFoundException", "The resource you requested does not exist.");
  return { status: 200, body: zip, headers: { "content-type": "application/zip" } };
};

export const getFunctionConfiguration: Operation = (control, request) => {
  const id = namedFunction(request);
  const { version, alias } = resolveQualifier(control.store, id, id.qualifier);
  const body = renderConfiguration(id, version, showsQualifier(version, id.qualifier));
  if (alias) body["FunctionArn"] = `${renderConfiguration(id, version, false)["FunctionArn"]}:${alias.name}`;
  return { status: 200, body };
};

export const updateFunctionCode: Operation = async (control, request) => {
  const { store, clock, ids } = control;
  const id = namedFunction(request);
  requireUnqualified(id);
  const input = parseMembers(request.body);
  const revision = readString(input, "RevisionId");
  const architectures = readStringList(input, "Architectures");
  if (architectures) requireArchitectures(architectures);
  requireRevision(revision, requireFunction(store, id).latest.revisionId);
  const stored = await storeCode(control, request.caller, input);
  const change = (before: FunctionVersion): FunctionVersion => ({
    ...before,
    ...stored,
    architectures: architectures ?? before.architectures,
    revisionId: ids.uuid(),
    lastModified: clock.now(),
  });
  if (readBoolean(input, "DryRun")) {
    return { status: 200, body: renderConfiguration(id, change(requireFunction(store, id).latest), false) };
  }
  const commit = readBoolean(input, "Publish")
    ? await preparePublication(control, change(requireFunction(store, id).latest))
    : undefined;
  const before = requireFunction(store, id);
  requireRevision(revision, before.latest.revisionId);
  const answer = store.together(() => {
    const latest = change(before.latest);
    store.put(id, { ...before, latest });
    return commit ? commit(id, undefined) : latest;
  });
  control.dataPlane.retire(id, LATEST);
  return { status: 200, body: renderConfiguration(id, answer, answer.version !== LATEST) };
};

export const updateFunctionConfiguration: Operation = (control, request) => {
  const { store, clock, ids } = control;
  const id = namedFunction(request);
  requireUnqualified(id);
  const input = parseMembers(request.body);
  const before = requireFunction(store, id);
  requireRevision(readString(input, "RevisionId"), before.latest.revisionId);
  const settings = changedSettings(before.latest, input);
  const latest = { ...before.latest, ...settings, revisionId: ids.uuid(), lastModified: clock.now() };
  store.put(id, { ...before, latest });
  control.dataPlane.retire(id, LATEST);
  return { status: 200, body: renderConfiguration(id, latest, false) };
};

export const listFunctions: Operation = ({ store }, request) => {
  const all = request.query.get("FunctionVersion");
  if (all !== null && all !== "ALL") {
    throw new LambdaError(
      "ValidationException",
      `1 validation error detected: Value '${all}' at 'functionVersion' failed to satisfy constraint: Member must satisfy enum value set: [ALL]`,
    );
  }
  const rows = store.list(request.caller).flatMap(({ id, value }) => {
    const versions = all === null ? [] : store.versions(id);
    return [value.latest, ...versions].map((version) => renderConfiguration(id, version, all !== null));
  });
  const { items, marker } = page(rows, request.query, 50);
  return { status: 200, body: { Functions: items, ...marker } };
};

export const deleteFunction: Operation = ({ store, dataPlane }, request) => {
  const id = namedFunction(request);
  const { qualifier } = id;
  requireFunction(store, id, qualifier);
  if (qualifier === undefined) {
    store.remove(id);
    dataPlane.retire(id);
    return { status: 204 };
  }
  if (qualifier === LATEST) throw invalid("$LATEST version cannot be deleted without deleting the function.");
  if (!isVersionNumber(qualifier)) {
    throw invalid("Deletion of aliases is not currently supported.");
  }
  const pointing = store
    .aliases(id)
    .filter((alias) => alias.functionVersion === qualifier || alias.routing?.version === qualifier);
  if (pointing.length > 0) {
    const names = pointing.map((alias) => alias.name).join(", ");
    throw new LambdaError(
      "ResourceConflictException",
      `Version ${qualifier} of function ${id.name} cannot be deleted because it is referenced by: ${names}`,
    );
  }
  if (!store.findVersion(id, qualifier)) throw functionNotFound(id, qualifier);
  store.removeVersion(id, qualifier);
  dataPlane.retire(id, qualifier);
  return { status: 204 };
};
