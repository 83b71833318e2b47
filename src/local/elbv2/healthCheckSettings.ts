/** How a target group checks its targets: AWS's defaults, and what may be combined. */
import type { CreateTargetGroupCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { elbError, invalid, notBuilt } from "./elbError.ts";
import { type HealthCheck, isHttp, type TargetGroup } from "./resources.ts";

type Asked = Pick<
  CreateTargetGroupCommandInput,
  | "HealthCheckEnabled"
  | "HealthCheckProtocol"
  | "HealthCheckPort"
  | "HealthCheckPath"
  | "HealthCheckIntervalSeconds"
  | "HealthCheckTimeoutSeconds"
  | "HealthyThresholdCount"
  | "UnhealthyThresholdCount"
  | "Matcher"
>;

/** The settings of a new target group, or `known` ones with what is asked to change. Throws what does not fit. */
export function healthCheckOf(group: Pick<TargetGroup, "protocol">, asked: Asked, known?: HealthCheck): HealthCheck {
  if (asked.Matcher?.GrpcCode) throw notBuilt("gRPC");
  const before = known ?? defaultsOf(group);
  const check = {
    enabled: asked.HealthCheckEnabled ?? before.enabled,
    protocol: protocolOf(group, asked.HealthCheckProtocol ?? before.protocol),
    port: requirePort(asked.HealthCheckPort ?? before.port),
    intervalSeconds: asked.HealthCheckIntervalSeconds ?? before.intervalSeconds,
    timeoutSeconds: asked.HealthCheckTimeoutSeconds ?? before.timeoutSeconds,
    healthyThreshold: asked.HealthyThresholdCount ?? before.healthyThreshold,
    unhealthyThreshold: asked.UnhealthyThresholdCount ?? before.unhealthyThreshold,
  };
  if (!check.enabled) {
    throw elbError("InvalidConfigurationRequest", "Health checks of ip and instance targets cannot be disabled");
  }
  if (check.timeoutSeconds >= check.intervalSeconds) {
    throw invalid(
      `Health check timeout '${check.timeoutSeconds}' must be smaller than the interval '${check.intervalSeconds}'`,
    );
  }
  return check.protocol === "TCP" ? requireNoHttp(check, asked) : { ...check, ...httpSettings(group, asked, before) };
}

function defaultsOf(group: Pick<TargetGroup, "protocol">): HealthCheck {
  return {
    enabled: true,
    protocol: isHttp(group) ? "HTTP" : "TCP",
    port: "traffic-port",
    intervalSeconds: 30,
    timeoutSeconds: isHttp(group) ? 5 : 10,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
  };
}

function protocolOf(group: Pick<TargetGroup, "protocol">, asked: string): HealthCheck["protocol"] {
  const protocol = (["HTTP", "HTTPS", "TCP"] as const).find((known) => known === asked);
  if (!protocol || (protocol === "TCP" && isHttp(group))) {
    throw invalid(
      `Health check protocol '${asked}' is not supported for target groups with the protocol '${group.protocol}'`,
    );
  }
  return protocol;
}

function requireNoHttp(check: HealthCheck, { HealthCheckPath, Matcher }: Asked): HealthCheck {
  if (HealthCheckPath !== undefined) throw invalid("Health check path cannot be specified for TCP health checks");
  if (Matcher?.HttpCode) throw invalid("Matcher cannot be specified for TCP health checks");
  return check;
}

function httpSettings(group: Pick<TargetGroup, "protocol">, asked: Asked, before: HealthCheck) {
  const path = asked.HealthCheckPath ?? before.path ?? "/";
  if (!/^\/[\x21-\x7e]*$/.test(path)) {
    throw invalid(`Health check path '${path}' must begin with a '/' character and can only contain printable ASCII`);
  }
  const matcher = asked.Matcher?.HttpCode ?? before.matcher ?? (isHttp(group) ? "200" : "200-399");
  if (!matcherOf(matcher)) {
    throw invalid(`Health check matcher HTTP code '${matcher}' must be codes between 200 and 499`);
  }
  return { path, matcher };
}

function requirePort(port: string): string {
  const isPort = /^[0-9]{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
  if (port !== "traffic-port" && !isPort) {
    throw invalid(`Health check port '${port}' must be 'traffic-port' or a number between 1 and 65535`);
  }
  return port;
}

/** Whether a status passes: `200`, `200,204`, `200-299`. `undefined` for a text that says nothing. */
export function matcherOf(text: string): ((status: number) => boolean) | undefined {
  const ranges = text.split(",").map((part) => {
    const [, from = "", to = from] = /^([0-9]{3})(?:-([0-9]{3}))?$/.exec(part.trim()) ?? [];
    return { from: Number(from), to: Number(to) };
  });
  if (ranges.some(({ from, to }) => from < 200 || to > 499 || from > to)) return undefined;
  return (status) => ranges.some(({ from, to }) => status >= from && status <= to);
}
