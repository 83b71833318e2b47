/** How callers name a function: by name, partial ARN or ARN, each with or without a qualifier. */
import type { Scope } from "../../protocol/http.ts";
import { constraintError, LambdaError } from "./lambdaError.ts";

export const LATEST = "$LATEST";

/** One function of one account and region. */
export interface FunctionId extends Scope {
  name: string;
}

export interface QualifiedName extends FunctionId {
  /** A version number, `$LATEST` or an alias, when the caller gave one. */
  qualifier: string | undefined;
}

const NAME_PATTERN =
  "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";
const QUALIFIER_PATTERN = "\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";
const MATCHER =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:(?<region>(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9_.-]+)(?::(?<qualifier>\$LATEST|[a-zA-Z0-9_-]+))?$/;

/**
 * Reads the FunctionName of a path or a body. A qualifier may stand in the name and in the query; then they must agree.
 * Throws ValidationException for what is no name, and says when the ARN is of another region or account.
 */
export function parseFunctionName(raw: string, caller: Scope, qualifier?: string | null): QualifiedName {
  if (raw.length > 140) throw constraintError(raw, "functionName", "Member must have length less than or equal to 140");
  const parts = MATCHER.exec(raw)?.groups;
  const name = parts?.["name"];
  if (!parts || !name) {
    throw constraintError(raw, "functionName", `Member must satisfy regular expression pattern: ${NAME_PATTERN}`);
  }
  if (name.length > 64) {
    const { message } = constraintError(name, "functionName", "Member must have length less than or equal to 64");
    throw new LambdaError("InvalidParameterValueException", message);
  }
  requireSameScope(parts["region"], parts["account"], caller);
  return { ...caller, name, qualifier: agreedQualifier(parts["qualifier"], qualifier ?? undefined) };
}

function requireSameScope(region: string | undefined, account: string | undefined, caller: Scope): void {
  if (region !== undefined && region !== caller.region) {
    throw new LambdaError(
      "ResourceNotFoundException",
      `Functions from '${region}' are not reachable in this region ('${caller.region}')`,
    );
  }
  if (account !== undefined && account !== caller.accountId) {
    throw new LambdaError(
      "AccessDeniedException",
      `Account ${caller.accountId} is not authorized to use functions of account ${account}.`,
    );
  }
}

function agreedQualifier(inName: string | undefined, given: string | undefined): string | undefined {
  if (given !== undefined && !/^[a-zA-Z0-9_$-]{1,128}$/.test(given)) {
    throw constraintError(given, "qualifier", `Member must satisfy regular expression pattern: ${QUALIFIER_PATTERN}`);
  }
  if (inName !== undefined && given !== undefined && inName !== given) {
    throw new LambdaError(
      "InvalidParameterValueException",
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
  }
  return given ?? inName;
}

/** The ARN, with `:qualifier` when one is given. */
export function functionArn(id: FunctionId, qualifier?: string): string {
  const arn = `arn:aws:lambda:${id.region}:${id.accountId}:function:${id.name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

export const isVersionNumber = (qualifier: string): boolean => /^[0-9]+$/.test(qualifier);

/** Operations on the function as a whole refuse a version or an alias. */
export function requireUnqualified(found: QualifiedName): void {
  if (found.qualifier === undefined || found.qualifier === LATEST) return;
  throw new LambdaError(
    "InvalidParameterValueException",
    "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.",
  );
}
