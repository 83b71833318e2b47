/** A service of the embedded ECS behind an embedded load balancer: what no part can show alone. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { createBalancer, createGroup, createListener, forward, targetsAre } from "../support/balancer.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

const box = await startSignalbox({ after }, { flags: { clock: "real" } });
const [elb, ecs] = [box.elbv2(), box.ecs()];
const server = `
  const server = require("node:http").createServer((request, response) => response.end(String(process.pid)));
  server.listen(process.env.PORT, process.env.HOST);
  process.on("SIGTERM", () => server.close(() => process.exit(0)));
`;

describe("a service behind a load balancer", () => {
  it("is served by its tasks, and costs no GET when they are killed or told to end", async () => {
    const group = await createGroup(elb, "service", [], { UnhealthyThresholdCount: 2 });
    const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: "5" }];
    await elb.modifyTargetGroupAttributes({ TargetGroupArn: group, Attributes });
    const { url } = await createListener(elb, await createBalancer(elb, "service"), forward([group, 1]));
    await ecs.createCluster({ clusterName: "shop" });
    await ecs.registerTaskDefinition({
      family: "web",
      containerDefinitions: [
        {
          name: "web",
          image: "local/process",
          command: [process.execPath, "-e", server],
          memory: 128,
          portMappings: [{ containerPort: 8080 }],
          stopTimeout: 10,
        },
      ],
    });
    await ecs.createService({
      cluster: "shop",
      serviceName: "web",
      taskDefinition: "web",
      desiredCount: 3,
      loadBalancers: [{ targetGroupArn: group, containerName: "web", containerPort: 8080 }],
    });
    await waitFor("three tasks are healthy", async () => (await healthy(group)) === 3, 60_000);
    await targetsAre(elb, group, "healthy");

    let isOver = false;
    const counts = { sent: 0, failed: [] as string[] };
    const pids = new Set<string>();
    const client = async () => {
      while (!isOver) {
        const answer = await fetch(url).catch((error: unknown) => String(error));
        counts.sent += 1;
        if (typeof answer === "string" || !answer.ok)
          counts.failed.push(typeof answer === "string" ? answer : String(answer.status));
        else pids.add(await answer.text());
      }
    };
    const clients = Array.from({ length: 6 }, client);
    await waitFor("all three have answered", () => pids.size === 3);
    const [first = "", second = ""] = [...pids];
    process.kill(Number(first), "SIGKILL");
    await waitFor("another one answers", () => pids.size >= 4, 60_000);
    await waitFor("three are healthy again", async () => (await healthy(group)) === 3, 60_000);
    process.kill(Number(second), "SIGKILL");
    await ecs.updateService({ cluster: "shop", service: "web", forceNewDeployment: true });
    await waitFor("all have been replaced", () => pids.size >= 7, 90_000);
    isOver = true;
    await Promise.all(clients);
    assert.deepEqual(counts.failed, [], `of ${counts.sent} requests`);
    assert.ok(counts.sent > 100, `${counts.sent} requests`);
  });
});

async function healthy(TargetGroupArn: string): Promise<number> {
  const { TargetHealthDescriptions = [] } = await elb.describeTargetHealth({ TargetGroupArn });
  return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === "healthy").length;
}
