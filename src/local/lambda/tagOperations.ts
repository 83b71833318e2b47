/** Tags of functions. */
import { invalid } from "./functionConfiguration.ts";
import { type LambdaFunction, requireFunction } from "./functionStore.ts";
import { constraintError } from "./lambdaError.ts";
import { parseMembers, readStringMap } from "./members.ts";
import { type FunctionId, parseFunctionName } from "./names.ts";
import type { Control, LambdaRequest, Operation } from "./operation.ts";

export const listTags: Operation = (control, request) => {
  const { found } = taggedFunction(control, request);
  return { status: 200, body: { Tags: found.tags } };
};

export const tagResource: Operation = (control, request) => {
  const { id, found } = taggedFunction(control, request);
  const given = readStringMap(parseMembers(request.body), "Tags");
  if (!given) throw constraintError("null", "tags", "Member must not be null");
  const tags = { ...found.tags, ...given };
  requireTags(tags);
  control.store.put(id, { ...found, tags });
  return { status: 204 };
};

export const untagResource: Operation = (control, request) => {
  const { id, found } = taggedFunction(control, request);
  const keys = request.query.getAll("tagKeys");
  if (keys.length === 0) throw constraintError("null", "tagKeys", "Member must not be null");
  const tags = Object.fromEntries(Object.entries(found.tags).filter(([key]) => !keys.includes(key)));
  control.store.put(id, { ...found, tags });
  return { status: 204 };
};

export function requireTags(tags: Record<string, string>): void {
  if (Object.keys(tags).length > 50) throw invalid("Number of tags exceeds resource tag limit.");
}

function taggedFunction(control: Control, request: LambdaRequest): { id: FunctionId; found: LambdaFunction } {
  const arn = request.parameters["Resource"] ?? "";
  if (!/^arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:\d{12}:function:/.test(arn)) {
    throw constraintError(
      arn,
      "resource",
      "Member must satisfy regular expression pattern: arn:aws:lambda:*:*:function:*",
    );
  }
  const id = parseFunctionName(arn, request.caller);
  if (id.qualifier !== undefined) {
    throw invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.");
  }
  return { id, found: requireFunction(control.store, id) };
}
