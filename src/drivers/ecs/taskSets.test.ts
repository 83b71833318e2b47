import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadBalancersOf } from "./taskSets.ts";

const original = {
  loadBalancers: [
    { targetGroupArn: "admin-blue", containerName: "admin", containerPort: 9000 },
    { targetGroupArn: "web-blue", containerName: "web", containerPort: 8080 },
    { targetGroupArn: "metrics-blue", containerName: "web", containerPort: 8081 },
  ],
};

/** The containers behind the target groups of three pairs, for an AppSpec that names this one. */
function behind(containerName: string, containerPort: number, of = original): string[] {
  const taskSet = { taskDefinition: "web:2", containerName, containerPort };
  const inPlaceOf = ["web", "admin", "metrics"].map((name) => ({
    original: `${name}-blue`,
    replacement: `${name}-green`,
  }));
  return loadBalancersOf(of, { targetGroupArn: "web-green", inPlaceOf, taskSet }).map(
    (one) => `${one.targetGroupArn} ${one.containerName}:${one.containerPort}`,
  );
}

describe("the containers behind several target groups", () => {
  it("are those of the original but for the one that the AppSpec names", () => {
    assert.deepEqual(behind("web", 8080), ["web-green web:8080", "admin-green admin:9000", "metrics-green web:8081"]);
    assert.deepEqual(behind("admin", 9999), ["web-green web:8080", "admin-green admin:9999", "metrics-green web:8081"]);
  });

  it("are told apart by their port where the AppSpec's leads to several", () => {
    assert.deepEqual(behind("web", 8081), ["web-green web:8080", "admin-green admin:9000", "metrics-green web:8081"]);
    assert.deepEqual(behind("web", 80), ["web-green web:80", "admin-green admin:9000", "metrics-green web:8081"]);
  });

  it("have the AppSpec's in the first pair where the original has none like it", () => {
    assert.deepEqual(behind("new", 80), ["web-green new:80", "admin-green admin:9000", "metrics-green web:8081"]);
  });

  it("are not guessed", () => {
    assert.throws(() => behind("web", 8080, { loadBalancers: [] }), /Nobody knows what container is behind admin-blue/);
  });

  it("are the AppSpec's where there is one target group", () => {
    const taskSet = { taskDefinition: "web:2", containerName: "web", containerPort: 80 };
    assert.deepEqual(loadBalancersOf(undefined, { targetGroupArn: "green", taskSet }), [
      { targetGroupArn: "green", containerName: "web", containerPort: 80 },
    ]);
  });
});
