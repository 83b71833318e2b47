/** What is true of an application (semantics 2.1). */
import type { Instant } from "../clock.ts";
import {
  ApplicationDoesNotExistException,
  type ApplicationInfo,
  ApplicationNameRequiredException,
  type ComputePlatform,
  ComputePlatformValues,
  InvalidApplicationNameException,
  InvalidComputePlatformException,
} from "../shapes/codedeploy.ts";
import { isName, isOneOf, NAME_RULE } from "./names.ts";

export interface ApplicationRecord {
  applicationId: string;
  applicationName: string;
  computePlatform: ComputePlatform;
  createTime: Instant;
}

export function requireApplicationName(name: string | undefined): string {
  if (!name) throw new ApplicationNameRequiredException("Application name is required");
  if (!isName(name)) {
    throw new InvalidApplicationNameException(`Invalid application name: ${name}. A name has ${NAME_RULE}`);
  }
  return name;
}

/** `Server` when absent. */
export function requireComputePlatform(platform: string | undefined): ComputePlatform {
  if (platform === undefined) return "Server";
  if (isOneOf(ComputePlatformValues, platform)) return platform;
  throw new InvalidComputePlatformException(
    `Invalid compute platform: ${platform}. It must be ${ComputePlatformValues.join(", ")}`,
  );
}

export function requireApplication<Record extends ApplicationRecord>(name: string, found: Record | undefined): Record {
  if (!found) throw new ApplicationDoesNotExistException(`No application found for name: ${name}`);
  return found;
}

export function applicationInfo(application: ApplicationRecord): ApplicationInfo {
  const { applicationId, applicationName, createTime, computePlatform } = application;
  return { applicationId, applicationName, createTime, computePlatform, linkedToGitHub: false };
}
