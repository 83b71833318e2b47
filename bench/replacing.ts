/** How many requests fail while a listener's weights change and its targets are replaced, each ended once it has drained. */
import type { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Bench } from "./bench.ts";
import type { LoadResult } from "./loadGenerator.ts";
import { type Helper, startHelper } from "./processes.ts";
import type { Row } from "./report.ts";

const WEIGHT_CHANGES = 50;
const REPLACE_EVERY = 5;

export interface ReplacedListener {
  elb: ElasticLoadBalancingV2;
  listenerArn: string;
  url: string;
  /** Two of them; the first is the one whose targets are replaced. */
  targetGroupArns: [string, string];
  /** What a target answers. */
  answer: { headers: Record<string, string>; body: string };
}

export async function failedWhileReplacing(bench: Bench, generator: Helper, listener: ReplacedListener): Promise<Row> {
  const [replaced, other] = listener.targetGroupArns;
  const targets: Target[] = [];
  try {
    targets.push(await addTarget(listener, replaced), await addTarget(listener, other));
    const requests = bench.quick ? 5000 : 100_000;
    const template = { method: "GET", path: "/", headers: {} };
    const bodies = Array.from({ length: requests }, () => "");
    const load = generator.ask<LoadResult>({ url: listener.url, template, bodies, connections: 32 });
    let current = targets[0];
    for (let change = 1; change <= WEIGHT_CHANGES; change += 1) {
      await setWeights(listener, WEIGHT_CHANGES - change, change);
      await new Promise((resolve) => setTimeout(resolve, bench.quick ? 10 : 250));
      if (change % REPLACE_EVERY !== 0 || !current) continue;
      const next = await addTarget(listener, replaced);
      targets.push(next);
      await removeTarget(listener, replaced, current);
      current = next;
    }
    const { refused } = await load;
    const name = `failed of ${requests}, ${WEIGHT_CHANGES} weight changes, ${WEIGHT_CHANGES / REPLACE_EVERY} targets replaced`;
    return { name, value: refused, unit: "requests", bar: { demand: "0", met: refused === 0, isFact: true } };
  } finally {
    await Promise.all(targets.map(({ helper }) => helper.end()));
  }
}

interface Target {
  helper: Helper;
  port: number;
}

async function addTarget({ elb, answer }: ReplacedListener, TargetGroupArn: string): Promise<Target> {
  const helper = startHelper("bareServer.ts");
  const { url } = await helper.ask<{ url: string }>(answer);
  const port = Number(new URL(url).port);
  await elb.registerTargets({ TargetGroupArn, Targets: [{ Id: "127.0.0.1", Port: port }] });
  return { helper, port };
}

/** Ends it once nothing is under way there. */
async function removeTarget(
  { elb }: ReplacedListener,
  TargetGroupArn: string,
  { helper, port }: Target,
): Promise<void> {
  const Targets = [{ Id: "127.0.0.1", Port: port }];
  await elb.deregisterTargets({ TargetGroupArn, Targets });
  for (;;) {
    const { TargetHealthDescriptions } = await elb.describeTargetHealth({ TargetGroupArn, Targets });
    if (TargetHealthDescriptions?.[0]?.TargetHealth?.State === "unused") return helper.end();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function setWeights(listener: ReplacedListener, first: number, second: number): Promise<void> {
  const { elb, listenerArn: ListenerArn, targetGroupArns } = listener;
  const TargetGroups = [first, second].map((Weight, index) => ({ TargetGroupArn: targetGroupArns[index], Weight }));
  await elb.modifyListener({ ListenerArn, DefaultActions: [{ Type: "forward", ForwardConfig: { TargetGroups } }] });
}
