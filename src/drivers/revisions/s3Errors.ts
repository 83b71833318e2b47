/** What an error of the S3 API means for the revision that was to be read. */
import { EffectError } from "../driver.ts";

/** What is read of any error that the official client throws. */
interface ClientError {
  name?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

/** The object is not there, or not as the revision says: its version is a delete marker, or unknown, or its eTag another. */
const MISSING_STATUS = new Set([404, 405, 410, 412]);

/** `subject` says what was asked for. */
export function revisionError(error: unknown, subject: string): EffectError {
  const { name = "Error", message = "", $metadata } = error as ClientError;
  const status = $metadata?.httpStatusCode;
  const told = `${subject} could not be read: ${name}${message ? `: ${message}` : ""}`;
  if (status === undefined || status >= 500 || status === 429) {
    // What is not built there will not be built a little later.
    return new EffectError("unavailable", told, status !== 501);
  }
  if (MISSING_STATUS.has(status) || /version id/i.test(message)) return new EffectError("notFound", told, false);
  if (status === 401 || status === 403) return new EffectError("accessDenied", told, false);
  return new EffectError("invalid", told, false);
}
