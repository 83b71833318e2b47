/** What an error of the Lambda API means for a deployment. */
import { EffectError } from "../driver.ts";

/** What is read of any error that the official client throws. */
interface ClientError {
  name?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

const RETRIED = new Set([
  "TooManyRequestsException",
  "ThrottlingException",
  "ServiceException",
  "ResourceConflictException",
]);

/** `subject` says what was asked for: `Alias live of function shop`. */
export function lambdaError(error: unknown, subject: string): EffectError {
  const { name = "Error", message = "", $metadata } = error as ClientError;
  const status = $metadata?.httpStatusCode;
  const told = `${subject}: ${name}${message ? `: ${message}` : ""}`;
  if (RETRIED.has(name) || status === undefined || status >= 500) return new EffectError("unavailable", told, true);
  if (status === 404) return new EffectError("notFound", told, false);
  if (status === 401 || status === 403) return new EffectError("accessDenied", told, false);
  return new EffectError("invalid", told, false);
}

/** Whether the client threw this because its compare-and-set found something else. */
export function isPreconditionFailed(error: unknown): boolean {
  const { name, $metadata } = error as ClientError;
  return name === "PreconditionFailedException" || $metadata?.httpStatusCode === 412;
}

/** An independent implementation may answer a missing configuration with any kind of 404. */
export function isNotFound(error: unknown): boolean {
  return (error as ClientError).$metadata?.httpStatusCode === 404;
}
