/** Load balancers, target groups, listeners and rules through the official client: what is answered, kept and refused. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { Action, CreateListenerCommandInput, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { addressOf, createBalancer, createGroup, createListener, forward, local } from "../support/balancer.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const elb = box.elbv2();
const arnOf = (resource: string) => `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:${resource}`;
const fixed: Action = { Type: "fixed-response", FixedResponseConfig: { StatusCode: "200", MessageBody: "fine" } };
const path = (...Values: string[]): RuleCondition => ({ Field: "path-pattern", Values });
const refused = (call: Promise<unknown>, name: string, message = /./) => assert.rejects(call, { name, message });

describe("a load balancer", () => {
  it("is created once, described by ARN and name, and deleted with what belongs to it", async () => {
    const asked = { Name: "first", Subnets: ["subnet-a", "subnet-b"], SecurityGroups: ["sg-1"] };
    const { LoadBalancers: [created] = [] } = await elb.createLoadBalancer({
      ...asked,
      Tags: [{ Key: "team", Value: "shop" }],
    });
    assert.match(created?.LoadBalancerArn ?? "", new RegExp(`^${arnOf("loadbalancer/app/first/[0-9a-f]{16}")}$`));
    assert.equal(created?.State?.Code, "active");
    assert.deepEqual(
      created?.AvailabilityZones?.map(({ ZoneName }) => ZoneName),
      ["eu-west-1a", "eu-west-1b"],
    );
    const { LoadBalancers: [again] = [] } = await elb.createLoadBalancer(asked);
    assert.deepEqual(again, created);
    await refused(
      elb.createLoadBalancer({ ...asked, Scheme: "internal" }),
      "DuplicateLoadBalancerNameException",
      /'first' exists/,
    );
    const { LoadBalancers } = await elb.describeLoadBalancers({ Names: ["first"] });
    assert.deepEqual(LoadBalancers, [created]);
    const LoadBalancerArn = created?.LoadBalancerArn ?? "";
    const listener = await createListener(elb, LoadBalancerArn, fixed);
    assert.equal(await (await fetch(listener.url)).text(), "fine");
    await elb.deleteLoadBalancer({ LoadBalancerArn });
    await refused(elb.describeLoadBalancers({ LoadBalancerArns: [LoadBalancerArn] }), "LoadBalancerNotFoundException");
    await refused(elb.describeListeners({ ListenerArns: [listener.arn] }), "ListenerNotFoundException");
    await assert.rejects(fetch(listener.url), "nobody listens any more");
    await elb.deleteLoadBalancer({ LoadBalancerArn });
  });

  it("is refused under names, subnets and settings that AWS refuses", async () => {
    const Subnets = ["subnet-a", "subnet-b"];
    for (const [Name, message] of [
      ["-x", /cannot begin or end/],
      ["x".repeat(33), /longer than '32'/],
      ["a_b", /alphanumeric/],
      ["internal-x", /internal-/],
    ] as const) {
      await refused(elb.createLoadBalancer({ Name, Subnets }), "ValidationError", message);
    }
    await refused(
      elb.createLoadBalancer({ Name: "x", Subnets: ["subnet-a"] }),
      "ValidationError",
      /At least two subnets/,
    );
    await refused(elb.createLoadBalancer({ Name: "x", Subnets: ["a", "b"] }), "InvalidSubnetException");
    await refused(
      elb.createLoadBalancer({ Name: "x", Subnets, Type: "gateway" }),
      "NotImplementedException",
      /gateway/,
    );
    await refused(
      elb.createLoadBalancer({ Name: "x", Subnets, Scheme: "secret" as "internal" }),
      "ValidationError",
      /1 validation error detected: Value 'secret' at 'scheme' failed to satisfy constraint: Member must satisfy enum value set: \[internet-facing, internal\]/,
    );
    await refused(elb.describeTrustStores({}), "NotImplementedException", /DescribeTrustStores/);
  });

  it("belongs to its account and region", async () => {
    const LoadBalancerArn = await createBalancer(elb, "mine");
    for (const principal of [{ account: "999999999999" }, { region: "us-east-1" }]) {
      const other = box.elbv2(principal);
      await refused(
        other.describeLoadBalancers({ LoadBalancerArns: [LoadBalancerArn] }),
        "LoadBalancerNotFoundException",
      );
      await other.deleteLoadBalancer({ LoadBalancerArn });
      assert.deepEqual((await other.describeLoadBalancers({})).LoadBalancers, []);
    }
    assert.equal((await elb.describeLoadBalancers({ LoadBalancerArns: [LoadBalancerArn] })).LoadBalancers?.length, 1);
  });

  it("has attributes, subnets, security groups and an address type that change", async () => {
    const LoadBalancerArn = await createBalancer(elb, "attributes");
    const { Attributes = [] } = await elb.describeLoadBalancerAttributes({ LoadBalancerArn });
    const attribute = (key: string) => Attributes.find(({ Key }) => Key === key)?.Value;
    assert.equal(attribute("idle_timeout.timeout_seconds"), "60");
    const set = (Key: string, Value: string) =>
      elb.modifyLoadBalancerAttributes({ LoadBalancerArn, Attributes: [{ Key, Value }] });
    await set("idle_timeout.timeout_seconds", "30");
    await set("deletion_protection.enabled", "true");
    await refused(elb.deleteLoadBalancer({ LoadBalancerArn }), "OperationNotPermittedException", /deletion protection/);
    await refused(
      set("idle_timeout.timeout_seconds", "0"),
      "InvalidConfigurationRequestException",
      /between 1 and 4000/,
    );
    await refused(set("nothing.such", "0"), "InvalidConfigurationRequestException", /not recognized/);
    await refused(set("access_logs.s3.enabled", "true"), "NotImplementedException", /access_logs/);
    await elb.setSecurityGroups({ LoadBalancerArn, SecurityGroups: ["sg-2"] });
    await elb.setSubnets({ LoadBalancerArn, Subnets: ["subnet-b", "subnet-c"] });
    await elb.setIpAddressType({ LoadBalancerArn, IpAddressType: "dualstack" });
    const { LoadBalancers: [changed] = [] } = await elb.describeLoadBalancers({ LoadBalancerArns: [LoadBalancerArn] });
    assert.deepEqual(changed?.SecurityGroups, ["sg-2"]);
    assert.equal(changed?.IpAddressType, "dualstack");
    assert.deepEqual(
      changed?.AvailabilityZones?.map(({ SubnetId }) => SubnetId),
      ["subnet-b", "subnet-c"],
    );
    assert.deepEqual((await elb.describeCapacityReservation({ LoadBalancerArn })).CapacityReservationState, []);
    const MinimumLoadBalancerCapacity = { CapacityUnits: 100 };
    await refused(
      elb.modifyCapacityReservation({ LoadBalancerArn, MinimumLoadBalancerCapacity }),
      "NotImplementedException",
    );
    const { Limits = [] } = await elb.describeAccountLimits({});
    assert.equal(Limits.find(({ Name }) => Name === "application-load-balancers")?.Max, "50");
  });
});

describe("a target group", () => {
  it("is created once, with AWS's defaults, and changes its health checks", async () => {
    const asked = { Name: "defaults", Protocol: "HTTP", Port: 8080, VpcId: "vpc-1", TargetType: "ip" } as const;
    const { TargetGroups: [created] = [] } = await elb.createTargetGroup(asked);
    assert.deepEqual(created, {
      TargetGroupArn: created?.TargetGroupArn,
      TargetGroupName: "defaults",
      Protocol: "HTTP",
      Port: 8080,
      VpcId: "vpc-1",
      HealthCheckProtocol: "HTTP",
      HealthCheckPort: "traffic-port",
      HealthCheckEnabled: true,
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      HealthCheckPath: "/",
      Matcher: { HttpCode: "200" },
      LoadBalancerArns: [],
      TargetType: "ip",
      ProtocolVersion: "HTTP1",
      IpAddressType: "ipv4",
    });
    assert.match(created?.TargetGroupArn ?? "", new RegExp(`^${arnOf("targetgroup/defaults/[0-9a-f]{16}")}$`));
    assert.deepEqual((await elb.createTargetGroup(asked)).TargetGroups, [created]);
    await refused(elb.createTargetGroup({ ...asked, Port: 81 }), "DuplicateTargetGroupNameException");
    const TargetGroupArn = created?.TargetGroupArn;
    const { TargetGroups: [changed] = [] } = await elb.modifyTargetGroup({
      TargetGroupArn,
      HealthCheckPath: "/health",
      HealthCheckIntervalSeconds: 10,
      Matcher: { HttpCode: "200-299" },
    });
    assert.equal(changed?.HealthCheckPath, "/health");
    assert.equal(changed?.HealthCheckIntervalSeconds, 10);
    await refused(
      elb.modifyTargetGroup({ TargetGroupArn, HealthCheckTimeoutSeconds: 20 }),
      "ValidationError",
      /smaller than the interval/,
    );
    await refused(
      elb.modifyTargetGroup({ TargetGroupArn, HealthCheckIntervalSeconds: 4 }),
      "ValidationError",
      /greater than or equal to 5/,
    );
    await refused(
      elb.modifyTargetGroup({ TargetGroupArn, Matcher: { HttpCode: "ok" } }),
      "ValidationError",
      /HTTP code/,
    );
  });

  it("refuses what is not built, and what AWS refuses", async () => {
    const asked = { Name: "refused", Protocol: "HTTP", Port: 80, VpcId: "vpc-1", TargetType: "ip" } as const;
    await refused(elb.createTargetGroup({ ...asked, TargetType: "lambda" }), "NotImplementedException", /lambda/);
    await refused(elb.createTargetGroup({ ...asked, Protocol: "UDP" }), "NotImplementedException", /UDP/);
    await refused(elb.createTargetGroup({ ...asked, ProtocolVersion: "GRPC" }), "NotImplementedException", /GRPC/);
    await refused(elb.createTargetGroup({ ...asked, VpcId: undefined }), "ValidationError", /VPC/);
    await refused(elb.createTargetGroup({ ...asked, Port: 0 }), "ValidationError", /'port'/);
    const TargetGroupArn = await createGroup(elb, "slow");
    const set = (Key: string, Value: string) =>
      elb.modifyTargetGroupAttributes({ TargetGroupArn, Attributes: [{ Key, Value }] });
    await refused(set("slow_start.duration_seconds", "60"), "NotImplementedException", /slow_start/);
    await refused(set("slow_start.duration_seconds", "5"), "InvalidConfigurationRequestException");
    await set("stickiness.enabled", "true");
    assert.ok(
      box.log.some((line) => line.includes("stickiness")),
      "what is kept and not done is said",
    );
    const { Attributes = [] } = await elb.describeTargetGroupAttributes({ TargetGroupArn });
    assert.equal(Attributes.find(({ Key }) => Key === "stickiness.enabled")?.Value, "true");
  });

  it("has targets, each by id and port", async () => {
    const TargetGroupArn = await createGroup(elb, "targets", [9001]);
    await elb.registerTargets({ TargetGroupArn, Targets: [local(9002), local(9001), { Id: "10.0.0.1" }] });
    const described = async () => {
      const { TargetHealthDescriptions = [] } = await elb.describeTargetHealth({ TargetGroupArn });
      return TargetHealthDescriptions.map(
        ({ Target, TargetHealth }) => `${Target?.Id}:${Target?.Port} ${TargetHealth?.State}`,
      );
    };
    assert.deepEqual(await described(), ["127.0.0.1:9001 unused", "127.0.0.1:9002 unused", "10.0.0.1:80 unused"]);
    await elb.deregisterTargets({ TargetGroupArn, Targets: [{ Id: "127.0.0.1" }] });
    assert.deepEqual(await described(), ["10.0.0.1:80 unused"]);
    const asked = await elb.describeTargetHealth({ TargetGroupArn, Targets: [local(1)] });
    assert.deepEqual(asked.TargetHealthDescriptions?.[0]?.TargetHealth, {
      State: "unused",
      Reason: "Target.NotRegistered",
      Description: "Target is not registered to the target group",
    });
    await refused(
      elb.registerTargets({ TargetGroupArn, Targets: [{ Id: "i-0123456789abcdef0" }] }),
      "InvalidTargetException",
    );
    await refused(
      elb.registerTargets({ TargetGroupArn: `${TargetGroupArn}0`, Targets: [local(1)] }),
      "TargetGroupNotFoundException",
    );
  });

  it("is deleted only when nobody uses it, and used by one load balancer", async () => {
    const TargetGroupArn = await createGroup(elb, "used");
    const first = await createBalancer(elb, "user-1");
    const listener = await createListener(elb, first, forward([TargetGroupArn, 1]));
    const { TargetGroups } = await elb.describeTargetGroups({ LoadBalancerArn: first });
    assert.deepEqual(
      TargetGroups?.map(({ LoadBalancerArns }) => LoadBalancerArns),
      [[first]],
    );
    await refused(
      elb.deleteTargetGroup({ TargetGroupArn }),
      "ResourceInUseException",
      /in use by a listener or a rule/,
    );
    const second = await createBalancer(elb, "user-2");
    await refused(
      createListener(elb, second, forward([TargetGroupArn, 1])),
      "TargetGroupAssociationLimitException",
      /more than one load balancer/,
    );
    await elb.deleteListener({ ListenerArn: listener.arn });
    await elb.deleteTargetGroup({ TargetGroupArn });
    await elb.deleteTargetGroup({ TargetGroupArn });
    await refused(elb.describeTargetGroups({ TargetGroupArns: [TargetGroupArn] }), "TargetGroupNotFoundException");
  });
});

describe("a listener", () => {
  it("answers both forms of a forward to one target group, and changes", async () => {
    const LoadBalancerArn = await createBalancer(elb, "forms");
    const [blue, green] = [await createGroup(elb, "blue"), await createGroup(elb, "green")];
    const { Listeners: [created] = [] } = await elb.createListener({
      LoadBalancerArn,
      Protocol: "HTTP",
      Port: 80,
      DefaultActions: [{ Type: "forward", TargetGroupArn: blue }],
    });
    const stickiness = { TargetGroupStickinessConfig: { Enabled: false } };
    assert.deepEqual(created?.DefaultActions, [
      {
        Type: "forward",
        TargetGroupArn: blue,
        ForwardConfig: { TargetGroups: [{ TargetGroupArn: blue, Weight: 1 }], ...stickiness },
      },
    ]);
    const ListenerArn = created?.ListenerArn ?? "";
    const weighted = forward([blue, 90], [green, 10]);
    const { Listeners: [changed] = [] } = await elb.modifyListener({ ListenerArn, DefaultActions: [weighted] });
    assert.deepEqual(changed?.DefaultActions, [
      { Type: "forward", ForwardConfig: { ...weighted.ForwardConfig, ...stickiness } },
    ]);
    const { Rules: [rule] = [] } = await elb.describeRules({ ListenerArn });
    assert.deepEqual([rule?.Priority, rule?.IsDefault, rule?.Actions], ["default", true, changed?.DefaultActions]);
    const before = await addressOf(elb, ListenerArn);
    await elb.modifyListener({ ListenerArn, Port: 81, DefaultActions: [fixed] });
    const url = await addressOf(elb, ListenerArn);
    assert.notEqual(url, before);
    assert.equal(await (await fetch(url)).text(), "fine");
    assert.ok(
      box.log.some((line) => line.includes(ListenerArn) && line.includes(url)),
      "the log tells its address",
    );
    const listed = (await (await fetch(`${box.url}/_elbv2/listeners`)).json()) as { listeners: { address: string }[] };
    assert.ok(
      listed.listeners.some(({ address }) => address === url),
      "and so does the list",
    );
  });

  it("refuses actions that make no sense", async () => {
    const LoadBalancerArn = await createBalancer(elb, "actions");
    const group = await createGroup(elb, "actions");
    const tcp = await createGroup(elb, "actions-tcp", [], { Protocol: "TCP" });
    const create = (...DefaultActions: Action[]) =>
      elb.createListener({ LoadBalancerArn, Protocol: "HTTP", Port: 80, DefaultActions });
    const RedirectConfig = { StatusCode: "HTTP_301" } as const;
    for (const [name, ...actions] of [
      ["InvalidLoadBalancerActionException"],
      ["TooManyActionsException", fixed, fixed],
      ["InvalidLoadBalancerActionException", { Type: "redirect", RedirectConfig }],
      ["InvalidLoadBalancerActionException", { Type: "forward" }],
      ["InvalidLoadBalancerActionException", forward([group, 1], [group, 2])],
      ["ValidationError", forward([group, 1000])],
      ["ValidationError", { Type: "fixed-response", FixedResponseConfig: { StatusCode: "300" } }],
      ["TargetGroupNotFoundException", forward([`${group}0`, 1])],
      ["IncompatibleProtocolsException", forward([tcp, 1])],
      [
        "InvalidLoadBalancerActionException",
        forward(...Array.from({ length: 6 }, (_, at): [string, number] => [`${group}${at}`, 1])),
      ],
      ["NotImplementedException", { Type: "authenticate-oidc" }, fixed],
    ] as [string, ...Action[]][]) {
      // The client would leave an empty list out.
      if (actions.length > 0) await refused(create(...actions), name);
    }
    await refused(
      elb.createListener({ LoadBalancerArn, Protocol: "TCP", Port: 80, DefaultActions: [fixed] }),
      "UnsupportedProtocolException",
    );
    await refused(
      elb.createListener({ LoadBalancerArn, Protocol: "HTTPS", Port: 443, DefaultActions: [fixed] }),
      "ValidationError",
      /certificate/,
    );
    const CertificateArn = `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/none`;
    await refused(
      elb.createListener({
        LoadBalancerArn,
        Protocol: "HTTPS",
        Port: 443,
        DefaultActions: [fixed],
        Certificates: [{ CertificateArn }],
      }),
      "CertificateNotFoundException",
      /none\.crt/,
    );
  });

  it("is the only one on its port, and goes on as it was when asked for again", async () => {
    const LoadBalancerArn = await createBalancer(elb, "ports");
    const asked: CreateListenerCommandInput = {
      LoadBalancerArn,
      Protocol: "HTTP",
      Port: 8099,
      DefaultActions: [fixed],
    };
    const created = await Promise.allSettled([elb.createListener(asked), elb.createListener(asked)]);
    const { Listeners = [] } = await elb.createListener(asked);
    assert.deepEqual(Listeners, (await elb.describeListeners({ LoadBalancerArn })).Listeners);
    // Whoever came second meanwhile found it as it was, or was refused.
    for (const one of created) {
      if (one.status === "fulfilled") assert.deepEqual(one.value.Listeners, Listeners);
      else assert.equal(one.reason.name, "DuplicateListenerException");
    }
    const other404: Action = { Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } };
    await refused(elb.createListener({ ...asked, DefaultActions: [other404] }), "DuplicateListenerException");
    const { Attributes = [] } = await elb.describeListenerAttributes({ ListenerArn: Listeners[0]?.ListenerArn });
    assert.ok(Attributes.some(({ Key }) => Key === "routing.http.response.server.enabled"));
  });
});

describe("rules", () => {
  it("are described by priority, change, trade places, and go", async () => {
    const listener = await createListener(elb, await createBalancer(elb, "rules"), fixed);
    const ListenerArn = listener.arn;
    const create = async (Priority: number, ...Conditions: RuleCondition[]) => {
      const { Rules } = await elb.createRule({ ListenerArn, Priority, Conditions, Actions: [fixed] });
      return Rules?.[0] ?? assert.fail("no rule");
    };
    const second = await create(20, path("/two"));
    const first = await create(10, path("/one/*"), {
      Field: "http-request-method",
      HttpRequestMethodConfig: { Values: ["GET"] },
    });
    assert.deepEqual(second.Conditions, [
      { Field: "path-pattern", Values: ["/two"], PathPatternConfig: { Values: ["/two"] } },
    ]);
    const priorities = async () =>
      (await elb.describeRules({ ListenerArn })).Rules?.map((rule) => `${rule.Priority} ${rule.RuleArn}`);
    const { RuleArn: a } = first;
    const { RuleArn: b } = second;
    const fallback = (await elb.describeRules({ ListenerArn })).Rules?.at(-1)?.RuleArn;
    assert.deepEqual(await priorities(), [`10 ${a}`, `20 ${b}`, `default ${fallback}`]);
    await refused(create(10, path("/three")), "PriorityInUseException", /Priority '10' is currently in use/);
    const swapped = [
      { RuleArn: a, Priority: 20 },
      { RuleArn: b, Priority: 10 },
    ];
    await elb.setRulePriorities({ RulePriorities: swapped });
    assert.deepEqual(await priorities(), [`10 ${b}`, `20 ${a}`, `default ${fallback}`]);
    await refused(elb.setRulePriorities({ RulePriorities: [{ RuleArn: a, Priority: 10 }] }), "PriorityInUseException");
    const { Rules: [changed] = [] } = await elb.modifyRule({ RuleArn: a, Conditions: [path("/other")] });
    assert.deepEqual(changed?.Conditions?.[0]?.Values, ["/other"]);
    await refused(elb.deleteRule({ RuleArn: fallback }), "OperationNotPermittedException");
    await refused(elb.modifyRule({ RuleArn: fallback, Actions: [fixed] }), "OperationNotPermittedException");
    await elb.deleteRule({ RuleArn: a });
    await refused(elb.describeRules({ RuleArns: [a ?? ""] }), "RuleNotFoundException");
  });

  it("are refused with conditions that AWS refuses, or that are not built", async () => {
    const { arn: ListenerArn } = await createListener(elb, await createBalancer(elb, "conditions"), fixed);
    const create = (...Conditions: RuleCondition[]) =>
      elb.createRule({ ListenerArn, Priority: 1, Conditions, Actions: [fixed] });
    for (const condition of [
      { Field: "weather", Values: ["fine"] },
      path("/a b"),
      path(...["/1", "/2", "/3", "/4", "/5", "/6"]),
      path("/*/*/*/*/*/*"),
      { Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0"] } },
      { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["get"] } },
      { Field: "query-string", QueryStringConfig: { Values: [] } },
    ]) {
      await refused(create(condition), "ValidationError");
    }
    await refused(create(path("/a"), path("/b")), "ValidationError", /only one condition/);
    await refused(
      create({ Field: "path-pattern", RegexValues: ["^/a$"] }),
      "NotImplementedException",
      /regular expressions/,
    );
    await refused(
      create({ Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/8"], IpAddressType: "ipv6" } }),
      "NotImplementedException",
      /source's address/,
    );
    await refused(
      elb.createRule({ ListenerArn, Priority: 50_001, Conditions: [path("/a")], Actions: [fixed] }),
      "ValidationError",
    );
  });
});

it("a load balancer forwards to 100 target groups, whatever takes the place of what", async () => {
  const { arn: ListenerArn } = await createListener(elb, await createBalancer(elb, "hundred"), fixed);
  const groups: string[] = [];
  for (let number = 0; number <= 100; number += 1) groups.push(await createGroup(elb, `hundred-${number}`));
  const to = (...arns: string[]) => [forward(...arns.map((arn): [string, number] => [arn, 1]))];
  const rules: string[] = [];
  const create = async (Priority: number, Actions: Action[]) => {
    const { Rules } = await elb.createRule({ ListenerArn, Priority, Conditions: [path("/x")], Actions });
    rules.push(Rules?.[0]?.RuleArn ?? "");
  };
  for (let rule = 0; rule < 20; rule += 1) await create(rule + 1, to(...groups.slice(rule * 5, rule * 5 + 5)));
  await create(21, to(...groups.slice(0, 5)));
  const oneMore = to(groups[0] ?? "", groups[100] ?? "");
  await refused(
    elb.modifyRule({ RuleArn: rules[20], Actions: oneMore }),
    "TooManyUniqueTargetGroupsPerLoadBalancerException",
    /100 target groups/,
  );
  await elb.modifyRule({ RuleArn: rules[19], Actions: oneMore });
});

describe("tags and pages", () => {
  it("tag every kind of resource", async () => {
    const balancer = await createBalancer(elb, "tags");
    const group = await createGroup(elb, "tags");
    const { arn } = await createListener(elb, balancer, forward([group, 1]));
    const rule = (await elb.describeRules({ ListenerArn: arn })).Rules?.[0]?.RuleArn ?? "";
    const ResourceArns = [balancer, group, arn, rule];
    await elb.addTags({ ResourceArns, Tags: [{ Key: "a", Value: "1" }, { Key: "b" }] });
    await elb.removeTags({ ResourceArns, TagKeys: ["a"] });
    const { TagDescriptions = [] } = await elb.describeTags({ ResourceArns });
    assert.deepEqual(
      TagDescriptions.map(({ ResourceArn }) => ResourceArn),
      ResourceArns,
    );
    for (const { Tags = [] } of TagDescriptions) {
      assert.deepEqual(
        Tags.filter(({ Key }) => !Key?.startsWith("aws:")),
        [{ Key: "b", Value: "" }],
      );
    }
    await refused(elb.addTags({ ResourceArns, Tags: [{ Key: "aws:x", Value: "" }] }), "ValidationError", /reserved/);
    await refused(elb.describeTags({ ResourceArns: [`${group}0`] }), "TargetGroupNotFoundException");
    await refused(elb.addTags({ ResourceArns, Tags: [{ Key: "x" }, { Key: "x" }] }), "DuplicateTagKeysException");
  });

  it("page by markers that deletion does not confuse", async () => {
    const mine = box.elbv2({ account: "111111111111" });
    for (const name of ["p1", "p2", "p3", "p4"]) await createGroup(mine, name);
    const first = await mine.describeTargetGroups({ PageSize: 2 });
    assert.deepEqual(
      first.TargetGroups?.map(({ TargetGroupName }) => TargetGroupName),
      ["p1", "p2"],
    );
    await mine.deleteTargetGroup({ TargetGroupArn: first.TargetGroups?.[1]?.TargetGroupArn });
    const second = await mine.describeTargetGroups({ PageSize: 2, Marker: first.NextMarker });
    assert.deepEqual(
      second.TargetGroups?.map(({ TargetGroupName }) => TargetGroupName),
      ["p3", "p4"],
    );
    assert.equal(second.NextMarker, undefined);
    await refused(mine.describeTargetGroups({ Marker: "nonsense" }), "ValidationError", /marker/);
  });
});

it("is all there after a restart, listeners on their ports", async () => {
  const flags = { clock: "real" };
  const before = await startSignalbox({ after }, { flags });
  const client = before.elbv2();
  const group = await createGroup(client, "kept", [9003]);
  // A port that no other test takes meanwhile.
  const balancer = await createBalancer(client, "kept");
  const listener = await createListener(client, balancer, forward([group, 7]), "HTTP", 28_473);
  await client.createRule({ ListenerArn: listener.arn, Priority: 5, Conditions: [path("/fine")], Actions: [fixed] });
  const rules = await client.describeRules({ ListenerArn: listener.arn });
  await before.stop();
  const now = await startSignalbox({ after }, { flags: { ...flags, "data-dir": before.dataDirectory } });
  const again = now.elbv2();
  assert.deepEqual((await again.describeRules({ ListenerArn: listener.arn })).Rules, rules.Rules);
  assert.deepEqual(
    (await again.describeTargetHealth({ TargetGroupArn: group })).TargetHealthDescriptions?.[0]?.Target,
    local(9003),
  );
  assert.equal(await addressOf(again, listener.arn), listener.url);
  assert.equal(await (await fetch(`${listener.url}/fine`)).text(), "fine");
});
