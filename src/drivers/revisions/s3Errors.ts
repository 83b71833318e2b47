/** What an error of the S3 API means for the revision that was to be read. */
import { type ClientError, clientError } from "../clientError.ts";
import { EffectError } from "../driver.ts";

/** The object is not there, or not as the revision says: its version is a delete marker, or unknown, or its eTag another. */
const MISSING_STATUS = new Set<number | undefined>([404, 405, 410, 412]);

/** `subject` says what was asked for. */
export function revisionError(error: unknown, subject: string): EffectError {
  const found = clientError(error, `${subject} could not be read`);
  const { message = "", $metadata } = error as ClientError;
  const status = $metadata?.httpStatusCode;
  // What is not built there will not be built a little later.
  if (status === 501) return new EffectError("unavailable", found.message, false);
  const isMissing = MISSING_STATUS.has(status) || /version id/i.test(message);
  return isMissing && !found.retryable ? new EffectError("notFound", found.message, false) : found;
}
