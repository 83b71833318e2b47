/** What errors of the ECS and Elastic Load Balancing APIs mean for a deployment. */
import { type ClientError, clientError } from "../clientError.ts";
import { EffectError } from "../driver.ts";

/** Both APIs tell of what is missing with a status of 400. */
const MISSING = /NotFound(Exception)?$/;
/** What passes at ECS besides what passes everywhere. */
const RETRIED: ReadonlySet<string> = new Set(["ServerException", "UpdateInProgressException"]);

/** `subject` says what was tried: `Creating a task set of service shop/web`. */
export function ecsError(error: unknown, subject: string): EffectError {
  const found = clientError(error, subject);
  const { name = "" } = error as ClientError;
  if (RETRIED.has(name)) return new EffectError("unavailable", found.message, true);
  if (/AccessDenied|UnauthorizedOperation/.test(name)) return new EffectError("accessDenied", found.message, false);
  return MISSING.test(name) ? new EffectError("notFound", found.message, false) : found;
}

export const isMissing = (error: unknown): boolean => MISSING.test((error as ClientError).name ?? "");
