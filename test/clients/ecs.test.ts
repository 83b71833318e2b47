/** ECS by the AWS CLI, boto3 and Terraform, as someone uses them who has signalbox in place of AWS. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { inCluster } from "../support/ecsFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";
import { clientEnvironment, execute, whyNoAwsCli, whyNoBoto3 } from "./awsCli.ts";
import { assertNoDrift, terraformProject } from "./terraformProject.ts";

// Health checks are asked for every five seconds, and nobody here moves the time.
const box = await startSignalbox({ after }, { flags: { clock: "real", speed: "20" } });
const variables = clientEnvironment(box.url);

describe("the AWS CLI", { skip: await whyNoAwsCli() }, () => {
  const run = (...words: string[]) => execute("aws", ["ecs", ...words], variables);
  const text = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await run(...words, "--output", "text");
    assert.equal(exitCode, 0, stderr);
    return stdout.trim();
  };

  it("creates a service, waits until it is stable, and deletes it", async () => {
    const containers = [
      { name: "web", image: "local/process", memory: 64, command: ["sleep", "3600"], stopTimeout: 2 },
    ];
    await text("create-cluster", "--cluster-name", "cli");
    await text("register-task-definition", "--family", "cli", "--container-definitions", JSON.stringify(containers));
    const service = ["--cluster", "cli", "--service-name", "web", "--task-definition", "cli", "--desired-count", "2"];
    assert.equal(await text("create-service", ...service, "--query", "service.status"), "ACTIVE");
    const services = ["--cluster", "cli", "--services", "web"];
    // Waiters pause for many seconds when what they wait for is not so yet.
    const cli = inCluster(box.ecs(), "cli");
    await cli.settled("web", 2);
    await text("wait", "services-stable", ...services);
    assert.equal(await text("describe-services", ...services, "--query", "services[0].runningCount"), "2");
    const [task = ""] = (await text("list-tasks", "--cluster", "cli", "--query", "taskArns[0]")).split("\n");
    await text("wait", "tasks-running", "--cluster", "cli", "--tasks", task);
    await text("stop-task", "--cluster", "cli", "--task", task, "--reason", "enough");
    await cli.settled("web", 2);
    await text("wait", "tasks-stopped", "--cluster", "cli", "--tasks", task);
    const why = ["describe-tasks", "--cluster", "cli", "--tasks", task, "--query"];
    assert.equal(await text(...why, "tasks[0].[stopCode,stoppedReason]"), "UserInitiated\tenough");
    await text("delete-service", "--cluster", "cli", "--service", "web", "--force");
    await waitFor("it is inactive", async () => (await cli.service("web")).status === "INACTIVE");
    await text("wait", "services-inactive", ...services);
    assert.equal(await text("delete-cluster", "--cluster", "cli", "--query", "cluster.status"), "INACTIVE");
  });

  it("shows an error by its name", async () => {
    const { exitCode, stderr } = await run("describe-services", "--cluster", "none", "--services", "web");
    assert.ok(exitCode >= 254, `exit code ${exitCode}`);
    assert.match(
      stderr,
      /\(ClusterNotFoundException\) when calling the DescribeServices operation: Cluster not found\./,
    );
  });
});

const BOTO3 = `
import boto3, datetime, time
from botocore.exceptions import ClientError

ecs = boto3.client("ecs")
ecs.create_cluster(clusterName="boto")
container = dict(name="web", image="local/process", memory=64, command=["sleep", "3600"], stopTimeout=2)
for number in range(12):
    ecs.register_task_definition(family=f"boto-{number:02}", containerDefinitions=[container])
pages = list(ecs.get_paginator("list_task_definitions").paginate(PaginationConfig={"PageSize": 5}))
assert sum(len(page["taskDefinitionArns"]) for page in pages) >= 12 and len(pages) >= 3, pages
ecs.create_service(cluster="boto", serviceName="web", desiredCount=2, deploymentController={"type": "EXTERNAL"})
green = ecs.create_task_set(cluster="boto", service="web", taskDefinition="boto-00", scale={"value": 50.5, "unit": "PERCENT"})["taskSet"]
assert green["computedDesiredCount"] == 2 and isinstance(green["createdAt"], datetime.datetime), green
def service():
    return ecs.describe_services(cluster="boto", services=["web"])["services"][0]
def until(holds):
    for _ in range(400):
        if holds(service()):
            return
        time.sleep(0.05)
    raise AssertionError(service())
until(lambda found: found["taskSets"][0]["stabilityStatus"] == "STEADY_STATE")
assert service()["runningCount"] == 2 and service()["deployments"] == [], service()
ecs.update_service_primary_task_set(cluster="boto", service="web", primaryTaskSet=green["taskSetArn"])
tasks = ecs.list_tasks(cluster="boto", serviceName="web")["taskArns"]
assert len(tasks) == 2, tasks
ecs.get_waiter("tasks_running").wait(cluster="boto", tasks=tasks)
for call, code, error in [
    (lambda: ecs.describe_task_definition(taskDefinition="none"), "ClientException", ecs.exceptions.ClientException),
    (lambda: ecs.list_services(cluster="none"), "ClusterNotFoundException", ecs.exceptions.ClusterNotFoundException),
    (lambda: ecs.delete_task_set(cluster="boto", service="web", taskSet="ecs-svc/1"), "TaskSetNotFoundException", ecs.exceptions.TaskSetNotFoundException),
    (lambda: ecs.delete_cluster(cluster="boto"), "ClusterContainsServicesException", ecs.exceptions.ClusterContainsServicesException),
    (lambda: ecs.run_task(cluster="boto", taskDefinition="boto-00"), "NotImplementedException", ClientError),
]:
    try:
        call()
        raise AssertionError(f"{code} was not raised")
    except error as raised:
        assert raised.response["Error"]["Code"] == code, raised.response
ecs.delete_service(cluster="boto", service="web", force=True)
until(lambda found: found["status"] == "INACTIVE")
ecs.get_waiter("services_inactive").wait(cluster="boto", services=["web"])
ecs.get_waiter("tasks_stopped").wait(cluster="boto", tasks=tasks)
print("done")
`;

describe("boto3", { skip: await whyNoBoto3() }, () => {
  it("manages task sets, waits, pages and knows the errors", async () => {
    const { stdout, stderr } = await execute("python3", ["-c", BOTO3], { ...variables, AWS_MAX_ATTEMPTS: "1" });
    assert.equal(stdout, "done\n", stderr);
  });
});

const found = await terraformProject(box.url, "services");

describe("Terraform", { skip: typeof found === "string" ? found : false }, () => {
  if (typeof found === "string") return;
  const project = found;
  after(() => project.remove());

  it("applies and destroys services that run, with nothing to change in between", async () => {
    const created = await project.apply();
    assert.match(created.output, /Resources: 10 added, 0 changed, 0 destroyed/);
    assertNoDrift(await project.plan());
    const shop = inCluster(box.ecs(), "tf-shop");
    const { runningCount, deployments } = await shop.service("rolling");
    assert.deepEqual([runningCount, deployments?.length], [2, 1]);
    await waitFor("the task set is steady behind the load balancer", async () => {
      const { taskSets = [] } = await shop.service("blue-green");
      assert.deepEqual(
        taskSets.map(({ status }) => status),
        ["PRIMARY"],
      );
      return taskSets[0]?.stabilityStatus === "STEADY_STATE";
    });
    const destroyed = await project.run("destroy", "-auto-approve", "-input=false", "-no-color");
    assert.match(destroyed.output, /Resources: 10 destroyed/);
    const { clusters } = await box.ecs().describeClusters({ clusters: ["tf-shop"] });
    assert.deepEqual([clusters?.[0]?.status, clusters?.[0]?.runningTasksCount], ["INACTIVE", 0]);
  });
});
