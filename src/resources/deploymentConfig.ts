/** What is true of a deployment configuration (semantics 2.3). */
import type { Instant } from "../clock.ts";
import {
  type ComputePlatform,
  type CreateDeploymentConfigInput,
  DeploymentConfigDoesNotExistException,
  DeploymentConfigNameRequiredException,
  InvalidDeploymentConfigNameException,
  InvalidMinimumHealthyHostValueException,
  InvalidTrafficRoutingConfigurationException,
  InvalidZonalDeploymentConfigurationException,
  type MinimumHealthyHosts,
  type TrafficRoutingConfig,
  type ZonalConfig,
} from "../shapes/codedeploy.ts";
import { isName, NAME_RULE } from "./names.ts";
import type { TrafficRouting } from "./trafficRouting.ts";

export interface DeploymentConfigRecord {
  deploymentConfigId: string;
  deploymentConfigName: string;
  computePlatform: ComputePlatform;
  /** Absent for a predefined one. */
  createTime?: Instant | undefined;
  minimumHealthyHosts?: MinimumHealthyHosts | undefined;
  trafficRoutingConfig?: TrafficRoutingConfig | undefined;
  zonalConfig?: ZonalConfig | undefined;
}

/** The prefix of the predefined configurations; no other name may begin with it. */
const RESERVED_PREFIX = "CodeDeployDefault.";
/** From the first traffic shift to the last, in minutes (semantics 9). */
const LONGEST_SHIFT_MINUTES = 2880;

export function requireDeploymentConfigName(name: string | undefined): string {
  if (!name) throw new DeploymentConfigNameRequiredException("Deployment configuration name is required");
  return validDeploymentConfigName(name);
}

/** For operations whose model knows no error for a missing name. */
export function validDeploymentConfigName(name: string): string {
  if (!isName(name)) {
    throw new InvalidDeploymentConfigNameException(
      `Invalid deployment configuration name: ${name}. A name has ${NAME_RULE}`,
    );
  }
  return name;
}

export function requireUnreservedName(name: string): void {
  if (!name.startsWith(RESERVED_PREFIX)) return;
  throw new InvalidDeploymentConfigNameException(
    `Invalid deployment configuration name: ${name}. Names that begin with ${RESERVED_PREFIX} are reserved`,
  );
}

export function requireDeploymentConfig(
  name: string,
  found: DeploymentConfigRecord | undefined,
): DeploymentConfigRecord {
  if (!found) throw new DeploymentConfigDoesNotExistException(`No Deployment Configuration found for name: ${name}`);
  return found;
}

/** The members a new configuration of this platform keeps; throws for what the platform needs or does not take. */
export function requireConfigMembers(
  platform: ComputePlatform,
  input: CreateDeploymentConfigInput,
): Pick<DeploymentConfigRecord, "minimumHealthyHosts" | "trafficRoutingConfig" | "zonalConfig"> {
  const { minimumHealthyHosts, trafficRoutingConfig, zonalConfig } = input;
  if (platform === "Server") {
    if (trafficRoutingConfig) {
      throw new InvalidTrafficRoutingConfigurationException(
        "A deployment configuration for the Server compute platform takes no trafficRoutingConfig",
      );
    }
    return {
      minimumHealthyHosts: requireMinimumHealthyHosts(minimumHealthyHosts),
      zonalConfig: zonalConfig && requireZonalConfig(zonalConfig),
    };
  }
  if (minimumHealthyHosts) {
    throw new InvalidMinimumHealthyHostValueException(
      `A deployment configuration for the ${platform} compute platform takes no minimumHealthyHosts`,
    );
  }
  if (zonalConfig) {
    throw new InvalidZonalDeploymentConfigurationException(
      `A deployment configuration for the ${platform} compute platform takes no zonalConfig`,
    );
  }
  trafficRoutingOf(trafficRoutingConfig);
  return { trafficRoutingConfig };
}

/** An absent value is 0: clients made with Go, Terraform's among them, leave a zero out. */
function requireMinimumHealthyHosts(hosts: MinimumHealthyHosts | undefined): MinimumHealthyHosts {
  const refuse = (message: string) => new InvalidMinimumHealthyHostValueException(message);
  if (!hosts) throw refuse("The minimum healthy hosts argument is missing");
  const { type, value = 0 } = hosts;
  if (type !== "HOST_COUNT" && type !== "FLEET_PERCENT") {
    throw refuse(`Invalid minimum healthy hosts type: ${type}. It must be HOST_COUNT or FLEET_PERCENT`);
  }
  const most = type === "HOST_COUNT" ? Number.MAX_SAFE_INTEGER : 99;
  if (value < 0 || value > most) {
    const range = type === "HOST_COUNT" ? "0 or more" : "0 to 99";
    throw refuse(`Invalid minimum healthy hosts value: ${value}. For ${type} it must be ${range}`);
  }
  return { type, value };
}

function requireZonalConfig(zonal: ZonalConfig): ZonalConfig {
  const refuse = (message: string) => new InvalidZonalDeploymentConfigurationException(message);
  for (const member of ["firstZoneMonitorDurationInSeconds", "monitorDurationInSeconds"] as const) {
    const seconds = zonal[member];
    if (seconds !== undefined && seconds < 0) throw refuse(`${member} must not be negative, as ${seconds} is`);
  }
  const perZone = zonal.minimumHealthyHostsPerZone;
  if (!perZone) return zonal;
  const { type, value = 0 } = perZone;
  if (type !== "HOST_COUNT" && type !== "FLEET_PERCENT") {
    throw refuse(`Invalid minimumHealthyHostsPerZone type: ${type}. It must be HOST_COUNT or FLEET_PERCENT`);
  }
  if (value < 0 || (type === "FLEET_PERCENT" && value > 99)) {
    throw refuse(`Invalid minimumHealthyHostsPerZone value: ${value}`);
  }
  return { ...zonal, minimumHealthyHostsPerZone: { type, value } };
}

/** The pace a Lambda or ECS configuration sets. */
export function trafficRoutingOf(config: TrafficRoutingConfig | undefined): TrafficRouting {
  const refuse = (message: string) => new InvalidTrafficRoutingConfigurationException(message);
  if (!config?.type) throw refuse("The configuration needs a trafficRoutingConfig with a type");
  const { type, timeBasedCanary, timeBasedLinear } = config;
  if ((type !== "TimeBasedCanary" && timeBasedCanary) || (type !== "TimeBasedLinear" && timeBasedLinear)) {
    throw refuse(`A trafficRoutingConfig of type ${type} takes only the member of that type`);
  }
  if (type === "AllAtOnce") return { type };
  if (type === "TimeBasedCanary") {
    const { canaryPercentage, canaryInterval } = timeBasedCanary ?? {};
    return pace(type, "canaryPercentage", canaryPercentage, "canaryInterval", canaryInterval, () => 1);
  }
  if (type === "TimeBasedLinear") {
    const { linearPercentage, linearInterval } = timeBasedLinear ?? {};
    const waits = (percentage: number) => Math.ceil(100 / percentage) - 1;
    return pace(type, "linearPercentage", linearPercentage, "linearInterval", linearInterval, waits);
  }
  throw refuse(`Invalid traffic routing type: ${type}. It must be TimeBasedCanary, TimeBasedLinear or AllAtOnce`);
}

function pace(
  type: "TimeBasedCanary" | "TimeBasedLinear",
  percentageName: string,
  percentage: number | undefined,
  intervalName: string,
  intervalMinutes: number | undefined,
  waits: (percentage: number) => number,
): TrafficRouting {
  const refuse = (message: string) => new InvalidTrafficRoutingConfigurationException(message);
  if (percentage === undefined || percentage < 1 || percentage > 99) {
    throw refuse(`Invalid ${percentageName}: ${percentage}. It must be 1 to 99`);
  }
  if (intervalMinutes === undefined || intervalMinutes < 1) {
    throw refuse(`Invalid ${intervalName}: ${intervalMinutes}. It must be 1 minute or more`);
  }
  const total = waits(percentage) * intervalMinutes;
  if (total > LONGEST_SHIFT_MINUTES) {
    throw refuse(
      `The traffic would shift over ${total} minutes; from the first shift to the last at most ${LONGEST_SHIFT_MINUTES} may pass`,
    );
  }
  return { type, percentage, intervalMs: intervalMinutes * 60_000 };
}
