/** Errors of SNS, by the codes and in the words of the real service. */
import { QueryError } from "../../protocol/awsQuery.ts";

/** `about` follows "Invalid parameter: ", as in `TopicArn` or `Attributes Reason: …`. */
export function invalidParameter(about: string): QueryError {
  return new QueryError(400, "InvalidParameter", `Invalid parameter: ${about}`);
}

export function invalidValue(message: string): QueryError {
  return new QueryError(400, "ParameterValueInvalid", message);
}

export function notFound(message: string): QueryError {
  return new QueryError(404, "NotFound", message);
}

/** The caller's account is not the one that the resource belongs to, or the request is not signed and should be. */
export function notAuthorized(action: string, resource: string): QueryError {
  return new QueryError(
    403,
    "AuthorizationError",
    `The caller is not authorized to perform: SNS:${action} on resource: ${resource}`,
  );
}

export function missing(member: string): QueryError {
  return new QueryError(
    400,
    "ValidationError",
    `1 validation error detected: Value null at '${member.charAt(0).toLowerCase()}${member.slice(1)}' failed to satisfy constraint: Member must not be null`,
  );
}
