import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Rollout, ServiceRecord, TaskRecord } from "../records.ts";
import { isSteady, type Plan, planService, type Wellbeing } from "./plan.ts";

const NOW = 1_000_000;

const rollout = (id: string, changes: Partial<Rollout> = {}): Rollout => ({
  id,
  status: "PRIMARY",
  taskDefinition: `arn:${id}`,
  loadBalancers: [],
  scale: { value: 100, unit: "PERCENT" },
  createdAt: 0,
  updatedAt: 0,
  isSteady: false,
  isCompleted: false,
  steadyAt: 0,
  failuresInARow: 0,
  failedTasks: 0,
  notBefore: 0,
  tags: [],
  ...changes,
});

const service = (changes: Partial<ServiceRecord>): ServiceRecord => ({
  name: "web",
  cluster: "shop",
  status: "ACTIVE",
  controller: "ECS",
  desiredCount: 4,
  loadBalancers: [],
  deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
  placementConstraints: [],
  placementStrategy: [],
  enableECSManagedTags: false,
  propagateTags: "NONE",
  createdAt: 0,
  createdBy: "me",
  rollouts: [rollout("new")],
  events: [],
  tags: [],
  ...changes,
});

let made = 0;
const tasks = (count: number, of: string, changes: Partial<TaskRecord> = {}): TaskRecord[] =>
  Array.from({ length: count }, () => ({
    task: `${of}-${++made}`,
    cluster: "shop",
    service: "web",
    rollout: of,
    definition: `arn:${of}`,
    lastStatus: "RUNNING",
    desiredStatus: "RUNNING",
    createdAt: made,
    startedAt: NOW - 1000,
    containers: [],
    targets: [],
    tags: [],
    ...changes,
  }));

const well = (): Wellbeing => ({ state: "well" });
const plan = (of: ServiceRecord, all: TaskRecord[], wellbeing: (task: TaskRecord) => Wellbeing = well) =>
  planService({ service: of, tasks: all, wellbeing, now: NOW });
const counted = ({ start, stop }: Plan) => [
  start.map(({ rollout: { id }, count }) => `${id}+${count}`).join(),
  stop.map(({ task }) => task.rollout).join(),
];

describe("a service that ECS controls", () => {
  it("starts what is missing, and stops the newest of what is too many", () => {
    assert.deepEqual(counted(plan(service({}), tasks(1, "new"))), ["new+3", ""]);
    const all = tasks(6, "new");
    assert.deepEqual(
      plan(service({}), all).stop.map(({ task }) => task.task),
      [all[5], all[4]].map((task) => task?.task),
    );
  });

  it("replaces within 200 and 100 percent: all new ones come, then all old ones go", () => {
    const rollouts = [rollout("new"), rollout("old", { status: "ACTIVE" })];
    const both = service({ rollouts });
    assert.deepEqual(counted(plan(both, tasks(4, "old"))), ["new+4", ""]);
    const pending = tasks(4, "new", { lastStatus: "PENDING" });
    assert.deepEqual(counted(plan(both, [...tasks(4, "old"), ...pending])), ["", ""]);
    assert.deepEqual(counted(plan(both, [...tasks(4, "old"), ...tasks(4, "new")])), ["", "old,old,old,old"]);
  });

  it("replaces within 100 and 50 percent: old ones go first", () => {
    const rollouts = [rollout("new"), rollout("old", { status: "ACTIVE" })];
    const half = service({ rollouts, deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 } });
    assert.deepEqual(counted(plan(half, tasks(4, "old"))), ["new+2", "old,old"]);
    const waiting = (task: TaskRecord): Wellbeing => ({ state: task.rollout === "new" ? "waiting" : "well" });
    assert.deepEqual(counted(plan(half, [...tasks(2, "old"), ...tasks(2, "new")], waiting)), ["", ""]);
    assert.deepEqual(counted(plan(half, [...tasks(2, "old"), ...tasks(2, "new")])), ["new+2", "old,old"]);
  });

  it("pauses after failures, and says until when", () => {
    const paused = service({ rollouts: [rollout("new", { notBefore: NOW + 5000 })] });
    const { start, again } = plan(paused, []);
    assert.deepEqual([start, again], [[], NOW + 5000]);
  });
});

describe("a service with task sets", () => {
  const sets = (changes: Partial<ServiceRecord> = {}) =>
    service({
      controller: "CODE_DEPLOY",
      desiredCount: 3,
      rollouts: [rollout("blue"), rollout("green", { status: "ACTIVE", scale: { value: 50, unit: "PERCENT" } })],
      ...changes,
    });

  it("has as many tasks in each as its scale says, rounded up", () => {
    assert.deepEqual(counted(plan(sets(), [])), ["blue+3,green+2", ""]);
    assert.deepEqual(counted(plan(sets({ desiredCount: 1 }), [...tasks(3, "blue"), ...tasks(2, "green")])), [
      "",
      "blue,blue,green",
    ]);
  });

  it("has none in one that drains, and none at all when it is deleted", () => {
    const draining = [rollout("blue"), rollout("green", { status: "DRAINING" })];
    assert.deepEqual(counted(plan(sets({ rollouts: draining }), [...tasks(3, "blue"), ...tasks(1, "green")])), [
      "",
      "green",
    ]);
    assert.deepEqual(counted(plan(sets({ status: "DRAINING" }), tasks(2, "blue"))), ["", "blue,blue"]);
  });

  it("is steady with the right number of tasks, all running and well", () => {
    const of = sets({ rollouts: [rollout("blue")] });
    const [set] = of.rollouts;
    assert.ok(set);
    const steady = (all: TaskRecord[], wellbeing = well) =>
      isSteady({ service: of, tasks: all, wellbeing, now: NOW }, set);
    assert.equal(steady(tasks(3, "blue")), true);
    assert.equal(steady(tasks(2, "blue")), false);
    assert.equal(steady([...tasks(3, "blue"), ...tasks(1, "blue", { lastStatus: "PENDING" })]), false);
    assert.equal(
      steady(tasks(3, "blue"), () => ({ state: "waiting" })),
      false,
    );
  });
});

describe("a task that is ill", () => {
  const ill = (): Wellbeing => ({ state: "ill", reason: "Task failed ELB health checks" });

  it("is replaced when its period of grace is over, not before", () => {
    const one = service({ desiredCount: 1, healthCheckGracePeriodSeconds: 10 });
    const { stop, start, again } = plan(one, tasks(1, "new"), ill);
    assert.deepEqual([stop, start, again], [[], [], NOW + 9000]);
    const late = plan(one, tasks(1, "new", { startedAt: NOW - 10_000 }), ill);
    assert.deepEqual(counted(late), ["new+1", "new"]);
    assert.equal(late.stop[0]?.reason, "Task failed ELB health checks");
  });
});
