/** What an error of the Lambda API means for a deployment. */
import { type ClientError, clientError } from "../clientError.ts";
import { EffectError } from "../driver.ts";

/** What passes at Lambda besides what passes everywhere. */
const RETRIED = new Set<string | undefined>(["ServiceException", "ResourceConflictException"]);

/** `subject` says what was asked for: `Alias live of function shop`. */
export function lambdaError(error: unknown, subject: string): EffectError {
  const found = clientError(error, subject);
  return RETRIED.has((error as ClientError).name) ? new EffectError("unavailable", found.message, true) : found;
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
