/** Load balancers by the AWS CLI, boto3 and Terraform, as someone uses them who has signalbox in place of AWS. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { addressOf, naming, startTarget } from "../support/balancer.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { clientEnvironment, execute, whyNoAwsCli, whyNoBoto3 } from "./awsCli.ts";
import { assertNoDrift, terraformProject } from "./terraformProject.ts";

const box = await startSignalbox({ after });
const variables = clientEnvironment(box.url);

describe("the AWS CLI", { skip: await whyNoAwsCli() }, () => {
  const run = (...words: string[]) => execute("aws", ["elbv2", ...words], variables);
  const text = async (query: string, ...words: string[]) => {
    const { exitCode, stdout, stderr } = await run(...words, "--query", query, "--output", "text");
    assert.equal(exitCode, 0, stderr);
    return stdout.trim();
  };

  it("makes a load balancer, sends requests through it, and shifts its weights", async () => {
    const [blue, green] = [await startTarget({ after }, naming("blue")), await startTarget({ after }, naming("green"))];
    const balancer = await text(
      "LoadBalancers[0].LoadBalancerArn",
      ...["create-load-balancer", "--name", "cli", "--subnets", "subnet-a", "subnet-b"],
    );
    const wait = await run("wait", "load-balancer-available", "--load-balancer-arns", balancer);
    assert.equal(wait.exitCode, 0, wait.stderr);
    const groups: string[] = [];
    for (const [name, { port }] of [
      ["cli-blue", blue],
      ["cli-green", green],
    ] as const) {
      const arn = await text(
        "TargetGroups[0].TargetGroupArn",
        ...["create-target-group", "--name", name, "--protocol", "HTTP", "--port", "80"],
        ...["--vpc-id", "vpc-1", "--target-type", "ip"],
      );
      const { exitCode, stderr } = await run(
        ...["register-targets", "--target-group-arn", arn, "--targets", `Id=127.0.0.1,Port=${port}`],
      );
      assert.equal(exitCode, 0, stderr);
      groups.push(arn);
    }
    const listener = await text(
      "Listeners[0].ListenerArn",
      ...["create-listener", "--load-balancer-arn", balancer, "--protocol", "HTTP", "--port", "80"],
      ...["--default-actions", `Type=forward,TargetGroupArn=${groups[0]}`],
    );
    const inService = await run("wait", "target-in-service", "--target-group-arn", groups[0] ?? "");
    assert.equal(inService.exitCode, 0, inService.stderr);
    const url = await text(
      "TagDescriptions[0].Tags[?Key=='aws:signalbox:address'].Value",
      "describe-tags",
      "--resource-arns",
      listener,
    );
    assert.equal(await (await fetch(url)).text(), "blue");
    const TargetGroups = groups.map((TargetGroupArn, index) => ({ TargetGroupArn, Weight: index }));
    const actions = JSON.stringify([{ Type: "forward", ForwardConfig: { TargetGroups } }]);
    const shifted = await run("modify-listener", "--listener-arn", listener, "--default-actions", actions);
    assert.equal(shifted.exitCode, 0, shifted.stderr);
    assert.equal(await (await fetch(url)).text(), "green");
  });

  it("shows an error by its code", async () => {
    const { exitCode, stderr } = await run("describe-load-balancers", "--names", "none");
    assert.ok(exitCode >= 254, `exit code ${exitCode}`);
    assert.match(stderr, /\(LoadBalancerNotFound\) when calling the DescribeLoadBalancers operation/);
  });
});

const BOTO3 = `
import boto3, datetime
from botocore.exceptions import ClientError

elb = boto3.client("elbv2")
balancer = elb.create_load_balancer(Name="boto", Subnets=["subnet-a", "subnet-b"])["LoadBalancers"][0]
assert isinstance(balancer["CreatedTime"], datetime.datetime), balancer
arn = balancer["LoadBalancerArn"]
elb.get_waiter("load_balancer_available").wait(LoadBalancerArns=[arn])
for number in range(30):
    elb.create_target_group(Name=f"boto-{number:02}", Protocol="HTTP", Port=80, VpcId="vpc-1", TargetType="ip")
pages = elb.get_paginator("describe_target_groups").paginate(PaginationConfig={"PageSize": 7})
names = [group["TargetGroupName"] for page in pages for group in page["TargetGroups"]]
assert [n for n in names if n.startswith("boto-")] == [f"boto-{number:02}" for number in range(30)], names
group = elb.describe_target_groups(Names=["boto-07"])["TargetGroups"][0]
forward = {"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}
listener = elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[forward])["Listeners"][0]
rule = elb.create_rule(
    ListenerArn=listener["ListenerArn"], Priority=3, Actions=[forward],
    Conditions=[{"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}}],
)["Rules"][0]
assert rule["Priority"] == "3" and rule["IsDefault"] is False, rule
assert [len(page["Rules"]) for page in elb.get_paginator("describe_rules").paginate(ListenerArn=listener["ListenerArn"])] == [2]
assert [l["Port"] for l in elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]] == [80]
elb.get_waiter("target_deregistered").wait(TargetGroupArn=group["TargetGroupArn"], Targets=[{"Id": "10.0.0.1"}])
for call, code, error in [
    (lambda: elb.describe_load_balancers(Names=["none"]), "LoadBalancerNotFound", elb.exceptions.LoadBalancerNotFoundException),
    (lambda: elb.delete_target_group(TargetGroupArn=group["TargetGroupArn"]), "ResourceInUse", elb.exceptions.ResourceInUseException),
    (lambda: elb.create_load_balancer(Name="x"), "ValidationError", ClientError),
]:
    try:
        call()
        raise AssertionError(f"{code} was not raised")
    except error as raised:
        assert raised.response["Error"]["Code"] == code, raised.response
elb.delete_load_balancer(LoadBalancerArn=arn)
elb.get_waiter("load_balancers_deleted").wait(LoadBalancerArns=[arn])
print("done")
`;

describe("boto3", { skip: await whyNoBoto3() }, () => {
  it("pages, waits and knows the errors", async () => {
    const { stdout, stderr } = await execute("python3", ["-c", BOTO3], variables);
    assert.equal(stdout, "done\n", stderr);
  });
});

const found = await terraformProject(box.url, "balancers");

describe("Terraform", { skip: typeof found === "string" ? found : false }, () => {
  if (typeof found === "string") return;
  const project = found;
  after(() => project.remove());

  it("applies, changes and destroys load balancers, with nothing to change after each", async () => {
    const elb = box.elbv2();
    const created = await project.apply();
    assert.match(created.output, /Resources: 11 added, 0 changed, 0 destroyed/);
    assertNoDrift(await project.plan());
    const { LoadBalancers = [] } = await elb.describeLoadBalancers({ Names: ["shop"] });
    const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
    const { Listeners = [] } = await elb.describeListeners({ LoadBalancerArn });
    const url = await addressOf(elb, Listeners.find(({ Port }) => Port === 80)?.ListenerArn ?? "");
    const redirected = await fetch(`${url}/old/page?a=1`, { redirect: "manual", headers: { "x-client": "APP/1" } });
    assert.equal(redirected.status, 301);
    assert.match(redirected.headers.get("location") ?? "", /\/new\?a=1$/);
    project.variables = { TF_VAR_changed: "true" };
    const changed = await project.apply();
    assert.match(changed.output, /Resources: 1 added, 5 changed, 1 destroyed/);
    assertNoDrift(await project.plan());
    const destroyed = await project.run("destroy", "-auto-approve", "-input=false", "-no-color");
    assert.match(destroyed.output, /Resources: 11 destroyed/);
    assert.ok(
      !(await elb.describeLoadBalancers({})).LoadBalancers?.some((one) => one.LoadBalancerName?.startsWith("shop")),
    );
  });
});
