/** Load balancers for tests: made through the official client, with targets that are servers of the test. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Action, ElasticLoadBalancingV2, ProtocolEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Owner } from "./signalbox.ts";
import { waitFor } from "./waitFor.ts";

export interface TargetServer {
  port: number;
  server: Server;
}

/** A target on this machine; it ends with its owner. */
export async function startTarget(owner: Owner, answer: RequestListener): Promise<TargetServer> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  owner.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Answers every request with its name. */
export const naming =
  (name: string): RequestListener =>
  (incoming, outgoing) => {
    incoming.resume();
    incoming.on("end", () => outgoing.end(name));
  };

export async function createBalancer(
  elb: ElasticLoadBalancingV2,
  Name: string,
  Type: "application" | "network" = "application",
): Promise<string> {
  const { LoadBalancers } = await elb.createLoadBalancer({ Name, Type, Subnets: ["subnet-a", "subnet-b"] });
  return LoadBalancers?.[0]?.LoadBalancerArn ?? "";
}

/** A target group with these ports of this machine. */
export async function createGroup(
  elb: ElasticLoadBalancingV2,
  Name: string,
  ports: number[] = [],
  settings: { Protocol?: ProtocolEnum; UnhealthyThresholdCount?: number; HealthCheckPath?: string } = {},
): Promise<string> {
  const common = { Protocol: "HTTP", Port: 80, VpcId: "vpc-1", TargetType: "ip" } as const;
  const { TargetGroups } = await elb.createTargetGroup({ Name, ...common, ...settings });
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? "";
  if (ports.length > 0) await elb.registerTargets({ TargetGroupArn, Targets: ports.map(local) });
  return TargetGroupArn;
}

export const local = (Port: number) => ({ Id: "127.0.0.1", Port });

/** A forward to target groups with weights. */
export const forward = (...groups: [arn: string, weight: number][]): Action => ({
  Type: "forward",
  ForwardConfig: { TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
});

/** A listener on any port that is free, and where it is. */
export async function createListener(
  elb: ElasticLoadBalancingV2,
  LoadBalancerArn: string,
  action: Action,
  Protocol: ProtocolEnum = "HTTP",
  Port = 80,
): Promise<{ arn: string; url: string }> {
  const { Listeners } = await elb.createListener({ LoadBalancerArn, Protocol, Port, DefaultActions: [action] });
  const arn = Listeners?.[0]?.ListenerArn ?? "";
  return { arn, url: await addressOf(elb, arn) };
}

/** Where a listener really listens. */
export async function addressOf(elb: ElasticLoadBalancingV2, listenerArn: string): Promise<string> {
  const { TagDescriptions } = await elb.describeTags({ ResourceArns: [listenerArn] });
  return TagDescriptions?.[0]?.Tags?.find(({ Key }) => Key === "aws:signalbox:address")?.Value ?? "";
}

/** Resolves when every registered target of the group is in this state. */
export function targetsAre(elb: ElasticLoadBalancingV2, TargetGroupArn: string, state: string): Promise<void> {
  return waitFor(`the targets are ${state}`, async () => {
    const { TargetHealthDescriptions = [] } = await elb.describeTargetHealth({ TargetGroupArn });
    return (
      TargetHealthDescriptions.length > 0 && TargetHealthDescriptions.every((one) => one.TargetHealth?.State === state)
    );
  });
}

/** How often each body was answered to `times` requests, ten at a time. */
export async function tally(url: string, times: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let left = times;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      const answer = await fetch(url);
      const text = answer.ok ? await answer.text() : String(answer.status);
      counts[text] = (counts[text] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 10 }, client));
  return counts;
}
