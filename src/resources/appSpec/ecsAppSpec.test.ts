import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkAppSpec } from "./checkAppSpec.ts";
import type { Complaint } from "./complaint.ts";
import type { EcsAppSpec } from "./ecsAppSpec.ts";

const ARN = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7";
const PLAIN = `version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: ${ARN}
        LoadBalancerInfo:
          ContainerName: web
          ContainerPort: 80
`;
const WHOLE = `${PLAIN}        PlatformVersion: 1.4.0
        NetworkConfiguration:
          AwsvpcConfiguration:
            Subnets: [subnet-1, subnet-2]
            SecurityGroups: [sg-1]
            AssignPublicIp: ENABLED
        CapacityProviderStrategy:
          - {Base: 1, CapacityProvider: FARGATE_SPOT, Weight: 2}
          - CapacityProvider: FARGATE
Hooks:
  - BeforeInstall: one
  - AfterInstall: two
  - AfterAllowTestTraffic: three
  - BeforeAllowTraffic: arn:aws:lambda:eu-west-1:123456789012:function:four
  - AfterAllowTraffic: five:live
`;
const check = (text: string, testListener: boolean | undefined = true) =>
  checkAppSpec(text, { platform: "ecs", scenario: { testListener } });
const told = ({ severity, line, column, message }: Complaint) => `${line}:${column} ${severity}: ${message}`;
const changed = (from: string, to: string) => {
  assert.ok(WHOLE.includes(from));
  return WHOLE.replace(from, to);
};

describe("an ECS AppSpec", () => {
  it("is read with everything that it can hold", () => {
    const expected: EcsAppSpec = {
      taskDefinition: ARN,
      containerName: "web",
      containerPort: 80,
      platformVersion: "1.4.0",
      awsvpcConfiguration: { subnets: ["subnet-1", "subnet-2"], securityGroups: ["sg-1"], assignPublicIp: "ENABLED" },
      capacityProviderStrategy: [
        { capacityProvider: "FARGATE_SPOT", base: 1, weight: 2 },
        { capacityProvider: "FARGATE", base: 0, weight: 0 },
      ],
      hooks: {
        BeforeInstall: "one",
        AfterInstall: "two",
        AfterAllowTestTraffic: "three",
        BeforeAllowTraffic: "arn:aws:lambda:eu-west-1:123456789012:function:four",
        AfterAllowTraffic: "five:live",
      },
    };
    const { appSpec, complaints } = check(WHOLE);
    assert.deepEqual(complaints, []);
    assert.deepEqual(appSpec, expected);
  });

  it("needs no more than a task definition and a container, in keys of any case", () => {
    const expected: EcsAppSpec = { taskDefinition: ARN, containerName: "web", containerPort: 80, hooks: {} };
    const camel = PLAIN.replace(/(Resources|Properties|TaskDefinition|LoadBalancerInfo|Container\w+):/g, (key) =>
      key.replace(/^./, (first) => first.toLowerCase()),
    );
    for (const text of [PLAIN, camel, `${PLAIN}Hooks:\n`, `${PLAIN}        NetworkConfiguration:\n`]) {
      assert.deepEqual(check(text).complaints.map(told), []);
      assert.deepEqual(check(text).appSpec, expected);
    }
  });
});

describe("an ECS AppSpec is refused for", () => {
  const refused: [title: string, text: string, complaints: string[]][] = [
    [
      "everything at once",
      "version: 1\nResources:\n  - a:\n      Type: AWS::ECS::Task\n      Properties: {LoadBalancerInfo: {}}\nHooks:\n  - Install: x\n",
      [
        "1:10 error: version must be 0.0, not 1",
        "4:13 error: Type must be AWS::ECS::Service, not AWS::ECS::Task",
        "5:19 error: Properties has no TaskDefinition",
        "5:38 error: LoadBalancerInfo has no ContainerName",
        "5:38 error: LoadBalancerInfo has no ContainerPort",
        "7:5 error: Install is no hook of an ECS deployment; those are BeforeInstall, AfterInstall, AfterAllowTestTraffic, BeforeAllowTraffic, BeforeTrafficStep and AfterAllowTraffic",
      ],
    ],
    [
      "a port that is none",
      changed("Port: 80", "Port: http"),
      ["9:26 error: ContainerPort must be a whole number from 1 to 65535, not http"],
    ],
    [
      "a port out of range",
      changed("Port: 80", "Port: 65536"),
      ["9:26 error: ContainerPort must be a whole number from 1 to 65535, not 65536"],
    ],
    [
      "half a network configuration",
      changed("            SecurityGroups: [sg-1]\n            AssignPublicIp: ENABLED\n", ""),
      [
        "13:13 error: AwsvpcConfiguration has no SecurityGroups",
        "13:13 error: AwsvpcConfiguration has no AssignPublicIp",
      ],
    ],
    ["an empty network", changed("[subnet-1, subnet-2]", "[]"), ["13:22 error: Subnets is an empty list"]],
    [
      "a truth value as AssignPublicIp",
      changed("Ip: ENABLED", "Ip: true"),
      ["15:29 error: AssignPublicIp must be ENABLED or DISABLED, not true"],
    ],
    [
      "two bases",
      changed("- CapacityProvider: FARGATE", "- {CapacityProvider: FARGATE, Base: 2}"),
      ["17:11 error: only one capacity provider may have a Base above 0, not 2"],
    ],
    [
      "no weight at all",
      changed(", Weight: 2", ""),
      ["17:11 error: of several capacity providers at least one needs a Weight above 0; without it, a Weight is 0"],
    ],
    [
      "a weight that is too much",
      changed("Weight: 2", "Weight: 1001"),
      ["17:63 error: Weight must be a whole number from 0 to 1000, not 1001"],
    ],
    ["a hook twice", changed("- AfterInstall", "- BeforeInstall"), ["21:20 error: BeforeInstall is given twice"]],
    ["an empty hook", changed("BeforeInstall: one", 'BeforeInstall: ""'), ["20:20 error: BeforeInstall is empty"]],
    [
      "a key twice",
      `${PLAIN}Resources: []\n`,
      ["10:1 error: Resources is given twice", "10:12 error: Resources must hold exactly one service, not 0"],
    ],
    ["a second document", `${PLAIN}---\n`, ["10:1 error: it holds more than one document"]],
  ];
  for (const [title, text, expected] of refused) {
    it(title, () => {
      const { complaints, appSpec } = check(text);
      assert.deepEqual(complaints.map(told), expected);
      assert.equal(appSpec, undefined);
    });
  }
});

describe("legal in an ECS AppSpec, and a warning", () => {
  const odd: [title: string, text: string, warning: string][] = [
    [
      "a task definition by its name",
      changed(ARN, "shop:7"),
      "6:25 warning: TaskDefinition should be the full ARN of a task definition, not shop:7",
    ],
    [
      "a placeholder",
      changed(ARN, "<TASK_DEFINITION>"),
      "6:25 warning: TaskDefinition is <TASK_DEFINITION>, which looks like a placeholder that was not replaced",
    ],
    [
      "a platform version nobody knows",
      changed("1.4.0", "newest"),
      "10:26 warning: PlatformVersion should be LATEST or a version such as 1.4.0, not newest",
    ],
    [
      "a property nobody knows",
      changed("        PlatformVersion: 1.4.0", "        LaunchType: EC2"),
      "10:9 warning: LaunchType is not known in Properties and is ignored; known are TaskDefinition, LoadBalancerInfo, PlatformVersion, NetworkConfiguration and CapacityProviderStrategy",
    ],
    [
      "a hook that is no function",
      changed("BeforeInstall: one", "BeforeInstall: scripts/one.sh"),
      "20:20 warning: scripts/one.sh does not look like the name or the ARN of a Lambda function",
    ],
  ];
  for (const [title, text, warning] of odd) {
    it(title, () => {
      const { complaints, appSpec } = check(text);
      assert.deepEqual(complaints.map(told), [warning]);
      assert.ok(appSpec);
    });
  }

  it("a hook before every step of the traffic, which AWS does not know", () => {
    const { complaints, appSpec } = checkAppSpec(`${PLAIN}Hooks:\n  - BeforeTrafficStep: ask\n`, { platform: "ecs" });
    assert.deepEqual(complaints.map(told), [
      "11:24 warning: BeforeTrafficStep is a hook of signalbox alone: AWS CodeDeploy does not know it",
    ]);
    assert.deepEqual(appSpec && "hooks" in appSpec && appSpec.hooks, { BeforeTrafficStep: "ask" });
  });

  it("a hook for test traffic, unless there is a test listener", () => {
    const place = "22:28 warning: AfterAllowTestTraffic";
    assert.deepEqual(check(WHOLE, false).complaints.map(told), [
      `${place} will never run: the deployment group has no test listener`,
    ]);
    assert.deepEqual(checkAppSpec(WHOLE).complaints.map(told), [
      `${place} runs only where the deployment group has a test listener or the tag signalbox:test-header`,
    ]);
  });
});
