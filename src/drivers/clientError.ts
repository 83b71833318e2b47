/** What an error of any AWS API means for what was tried: whether a later attempt may succeed. */
import { EffectError } from "./driver.ts";

/** What is read of any error that the official clients throw. */
export interface ClientError {
  name?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

/** Names of errors that pass, whatever their status; the services spell them in several ways. */
export const isPassing = (name: string): boolean =>
  /Throttl|TooManyRequests|LimitExceeded|Internal|Unavailable|Timeout/i.test(name);

const isThrottling = (name: string): boolean => /Throttl|TooManyRequests|LimitExceeded/i.test(name);

/** `subject` says what was tried: `Publishing to arn:aws:sns:…`. */
export function clientError(error: unknown, subject: string): EffectError {
  const { name = "Error", message = "", $metadata } = error as ClientError;
  const status = $metadata?.httpStatusCode;
  const told = `${subject}: ${name}${message ? `: ${message}` : ""}`;
  if (status === undefined || status >= 500 || status === 429 || isPassing(name)) {
    return new EffectError("unavailable", told, true, status === 429 || isThrottling(name));
  }
  if (status === 404) return new EffectError("notFound", told, false);
  return new EffectError(status === 401 || status === 403 ? "accessDenied" : "invalid", told, false);
}
