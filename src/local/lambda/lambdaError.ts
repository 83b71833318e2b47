/** An error as the Lambda API tells it: REST-JSON, the name in `x-amzn-errortype`, the text in the body. */
import type { HttpResponse } from "../../protocol/http.ts";

/** What every error of this service is, with the status that the service model gives it. */
const STATUS = {
  AccessDeniedException: 403,
  CodeStorageExceededException: 400,
  InvalidParameterValueException: 400,
  InvalidRequestContentException: 400,
  NotImplementedException: 501,
  PreconditionFailedException: 412,
  ProvisionedConcurrencyConfigNotFoundException: 404,
  RequestEntityTooLargeException: 413,
  RequestTooLargeException: 413,
  ResourceConflictException: 409,
  ResourceNotFoundException: 404,
  SerializationException: 400,
  ServiceException: 500,
  TooManyRequestsException: 429,
  UnknownOperationException: 404,
  ValidationException: 400,
} as const;

export type LambdaErrorName = keyof typeof STATUS;

/** These carry their text as `Message`; all others as `message` (the service model's member names). */
const CAPITAL_MESSAGE: readonly LambdaErrorName[] = ["ResourceNotFoundException", "ServiceException"];
/** Errors of the layer before the service proper: they have no `Type`. */
const WITHOUT_TYPE: readonly LambdaErrorName[] = [
  "AccessDeniedException",
  "NotImplementedException",
  "RequestEntityTooLargeException",
  "SerializationException",
  "UnknownOperationException",
  "ValidationException",
];

export class LambdaError extends Error {
  override readonly name: LambdaErrorName;
  /** Members of the answer beside Type and message. */
  readonly members: Record<string, string>;

  constructor(name: LambdaErrorName, message: string, members: Record<string, string> = {}) {
    super(message);
    this.name = name;
    this.members = members;
  }
}

/** A constraint of the service model that a value breaks, in AWS's words. */
export function constraintError(value: string, member: string, constraint: string): LambdaError {
  const shown = value === "null" ? "null" : `'${value}'`;
  return new LambdaError(
    "ValidationException",
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** The answer for a thrown thing. What is not a LambdaError is our own fault and says nothing of our insides. */
export function errorResponse(error: unknown): HttpResponse {
  const known = error instanceof LambdaError;
  const name = known ? error.name : "ServiceException";
  const text = known ? error.message : "An error occurred and the request cannot be processed.";
  const type = WITHOUT_TYPE.includes(name) ? {} : { Type: STATUS[name] < 500 ? "User" : "Service" };
  const message = CAPITAL_MESSAGE.includes(name) ? { Message: text } : { message: text };
  return {
    status: STATUS[name],
    headers: { "content-type": "application/json", "x-amzn-errortype": name },
    body: JSON.stringify({ ...type, ...message, ...(known ? error.members : {}) }),
  };
}
