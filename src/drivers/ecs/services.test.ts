import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { taskSetsOf } from "./services.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 9, 0, second));
const taskSet = { id: "ecs-svc/2", taskSetArn: "arn:task-set/2", status: "ACTIVE", computedDesiredCount: 2 };
const stopped = (...messages: string[]) => {
  const events = messages.map((message, second) => ({ message, createdAt: at(second) })).reverse();
  return taskSetsOf({ taskSets: [taskSet], events })[0]?.stoppedTasks.map(({ at, reason }) => {
    return `${new Date(at).getUTCSeconds()} ${reason}`;
  });
};

describe("the tasks of a task set that have stopped", () => {
  it("are those whose end the service tells of, oldest first", () => {
    assert.deepEqual(
      stopped(
        "(service web, taskSet ecs-svc/2) has started 2 tasks: (task a) (task b).",
        "(service web, taskSet ecs-svc/1) (task z) stopped: of another task set",
        "(service web, taskSet ecs-svc/2) (task a) stopped: Essential container in task exited (exit code 1)\nno such file",
        "(service web, taskSet ecs-svc/2) (task b) stopped: exit code 2",
      ),
      ["2 Essential container in task exited (exit code 1)\nno such file", "3 exit code 2"],
    );
  });

  it("are otherwise those that were started beyond what is wanted", () => {
    assert.deepEqual(
      stopped(
        "(service web, taskSet ecs-svc/2) has started 2 tasks: (task a) (task b).",
        "(service web, taskSet ecs-svc/2) has started 1 tasks: (task c).",
        "(service web, taskSet ecs-svc/20) has started 9 tasks.",
      ),
      ["1 it was replaced by another"],
    );
  });

  it("are none where there are no events, and counts that are left out are 0", () => {
    const [seen] = taskSetsOf({ taskSets: [{ id: "ecs-svc/2" }] });
    assert.deepEqual(seen, {
      id: "ecs-svc/2",
      arn: "",
      status: "",
      externalId: null,
      targetGroupArns: [],
      desiredCount: 0,
      pendingCount: 0,
      runningCount: 0,
      isSteady: false,
      stoppedTasks: [],
    });
  });
});
