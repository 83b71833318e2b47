/** What comes to a listener while another change of it waits for a port. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { memoryDocuments } from "../../../test/endToEnd/lambdaTestServer.ts";
import { virtualClock } from "../../clock.ts";
import { seededIds } from "../../ids.ts";
import { weightedGroups } from "./actions.ts";
import { balancerStore } from "./balancerStore.ts";
import { createListener, modifyListener } from "./listenerOperations.ts";
import { createLoadBalancer } from "./loadBalancerOperations.ts";
import type { Control } from "./operation.ts";
import { createTargetGroup } from "./targetGroupOperations.ts";

const scope = { accountId: "123456789012", region: "eu-west-1" };
const store = balancerStore(memoryDocuments());
/** A port is had once this resolves. */
let opened = Promise.resolve();
const dataPlane = { open: ({ port }: { port: number }) => opened.then(() => ({ port, close: () => {} })) };
const parts = { store, dataPlane, clock: virtualClock(0), ids: seededIds(1), host: "127.0.0.1" };
const control = parts as unknown as Control;

it("weights that come while a listener moves to another port stay", async () => {
  await createLoadBalancer(control, scope, { Name: "moving", Subnets: ["subnet-a", "subnet-b"] });
  for (const Name of ["one", "other"]) {
    await createTargetGroup(control, scope, { Name, Protocol: "HTTP", Port: 80, VpcId: "vpc-1" });
  }
  const [loadBalancer] = store.all("loadBalancer");
  const groups = store.all("targetGroup").map(({ arn }) => arn);
  const weighted = (...weights: number[]) => {
    const TargetGroups = weights.map((Weight, index) => ({ TargetGroupArn: groups[index], Weight }));
    return [{ Type: "forward" as const, ForwardConfig: { TargetGroups } }];
  };
  const asked = { LoadBalancerArn: loadBalancer?.arn, Protocol: "HTTP" as const, Port: 80 };
  await createListener(control, scope, { ...asked, DefaultActions: weighted(100, 0) });
  const ListenerArn = store.all("listener")[0]?.arn;

  const { promise, resolve } = Promise.withResolvers<void>();
  opened = promise;
  const move = modifyListener(control, scope, { ListenerArn, Port: 81 });
  await modifyListener(control, scope, { ListenerArn, DefaultActions: weighted(90, 10) });
  resolve();
  await move;
  assert.equal(store.all("listener")[0]?.port, 81);
  const actions = store.rulesOf(ListenerArn ?? "").flatMap((rule) => rule.actions);
  assert.deepEqual(
    weightedGroups(actions).map(({ weight }) => weight),
    [90, 10],
  );
});
