/** The metrics that Elastic Load Balancing publishes, in its namespaces and with its dimensions. */
import type { Instant } from "../../clock.ts";
import type { Scope } from "../../protocol/http.ts";
import type { CloudWatchService } from "./cloudWatchService.ts";
import type { Dimension } from "./metric.ts";
import { statisticValue } from "./statistics.ts";

/** Requests of one load balancer that were for one target group, or for none. */
export interface BalancedRequests extends Scope {
  loadBalancer: string;
  targetGroup: string | undefined;
  at: Instant;
  requests: number;
  /** By hundreds. */
  targetStatuses: Map<number, number>;
  /** By status. */
  ownStatuses: Map<number, number>;
  /** Seconds, and how often. */
  targetSeconds: Map<number, number>;
}

export interface BalancedHosts extends Scope {
  loadBalancer: string;
  targetGroup: string;
  healthy: number;
  unhealthy: number;
}

const ofLoadBalancer = (loadBalancer: string): Dimension[] => [{ Name: "LoadBalancer", Value: loadBalancer }];
const ofTargetGroup = (targetGroup: string, loadBalancer: string): Dimension[] => [
  { Name: "TargetGroup", Value: targetGroup },
  ...ofLoadBalancer(loadBalancer),
];

type Publisher = Pick<CloudWatchService, "putValues">;

/** Publishes counts that are not 0, as AWS does, of the load balancer and of the target group within it. */
export function publishBalancedRequests({ putValues }: Publisher, figures: BalancedRequests): void {
  const { accountId, region, loadBalancer, targetGroup, at } = figures;
  const ofBalancer = ofLoadBalancer(loadBalancer);
  const ofGroup = targetGroup === undefined ? [] : [ofTargetGroup(targetGroup, loadBalancer)];
  const put = (sets: Dimension[][], metricName: string, unit: string, values: Map<number, number>) => {
    for (const dimensions of values.size === 0 ? [] : sets) {
      putValues(
        { accountId, region },
        { namespace: namespaceOf(loadBalancer), metricName, dimensions, unit, at, values },
      );
    }
  };
  const count = (sets: Dimension[][], metricName: string, number: number) =>
    put(sets, metricName, "Count", number > 0 ? new Map([[1, number]]) : new Map());
  if (isNetwork(loadBalancer)) return void count([ofBalancer], "NewFlowCount", figures.requests);
  count([ofBalancer, ...ofGroup], "RequestCount", figures.requests);
  for (const [hundreds, number] of figures.targetStatuses) {
    count([ofBalancer, ...ofGroup], `HTTPCode_Target_${hundreds}XX_Count`, number);
  }
  put([ofBalancer, ...ofGroup], "TargetResponseTime", "Seconds", figures.targetSeconds);
  for (const [status, number] of figures.ownStatuses) {
    count([ofBalancer], `HTTPCode_ELB_${Math.floor(status / 100)}XX_Count`, number);
    if (status === 500 || (status >= 502 && status <= 504)) count([ofBalancer], `HTTPCode_ELB_${status}_Count`, number);
  }
}

export function publishBalancedHosts({ putValues }: Publisher, hosts: BalancedHosts, at: Instant): void {
  const { accountId, region, loadBalancer, targetGroup } = hosts;
  const dimensions = ofTargetGroup(targetGroup, loadBalancer);
  for (const [metricName, value] of [
    ["HealthyHostCount", hosts.healthy],
    ["UnHealthyHostCount", hosts.unhealthy],
  ] as const) {
    const values = new Map([[value, 1]]);
    const namespace = namespaceOf(loadBalancer);
    putValues({ accountId, region }, { namespace, metricName, dimensions, unit: "Count", at, values });
  }
}

const isNetwork = (loadBalancer: string): boolean => loadBalancer.startsWith("net/");
const namespaceOf = (loadBalancer: string): string =>
  isNetwork(loadBalancer) ? "AWS/NetworkELB" : "AWS/ApplicationELB";

/** What has been published of the requests for one target group of a load balancer, from `from` to before `to`. */
export function balancedFigures(
  { read }: Pick<CloudWatchService, "read">,
  scope: Scope,
  { loadBalancer, targetGroup }: { loadBalancer: string; targetGroup: string },
  from: Instant,
  to: Instant,
) {
  const dimensions = ofTargetGroup(targetGroup, loadBalancer);
  const namespace = namespaceOf(loadBalancer);
  const of = (metricName: string, unit: string) => read(scope, { namespace, metricName, dimensions, unit }, from, to);
  const times = of("TargetResponseTime", "Seconds");
  const milliseconds = (statistic: string) => {
    const seconds = statisticValue(times, statistic);
    return seconds === undefined ? null : seconds * 1000;
  };
  return {
    requests: of("RequestCount", "Count").sum,
    errors: of("HTTPCode_Target_5XX_Count", "Count").sum,
    p50Ms: milliseconds("p50"),
    p99Ms: milliseconds("p99"),
  };
}
