import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { ListOnPremisesInstancesCommandInput } from "@aws-sdk/client-codedeploy";
import { registerInstance } from "../support/onPremisesFixtures.ts";
import { assertRefused, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
/** What the filters are asked of: three registered instances and a deregistered one. */
const small = box.codeDeploy({ account: "111111111111" });
await registerInstance(small, "db", [{ Key: "role", Value: "db" }]);
await registerInstance(small, "web", [
  { Key: "role", Value: "web" },
  { Key: "public", Value: "web" },
]);
await registerInstance(small, "bare");
await registerInstance(small, "gone", [{ Key: "role", Value: "web" }]);
await small.deregisterOnPremisesInstance({ instanceName: "gone" });

const filters: [title: string, input: ListOnPremisesInstancesCommandInput, names: string[]][] = [
  ["nothing", {}, ["bare", "db", "gone", "web"]],
  ["an empty list of filters", { tagFilters: [] }, ["bare", "db", "gone", "web"]],
  ["Registered", { registrationStatus: "Registered" }, ["bare", "db", "web"]],
  ["Deregistered", { registrationStatus: "Deregistered" }, ["gone"]],
  ["a key", { tagFilters: [{ Key: "role", Type: "KEY_ONLY" }] }, ["db", "gone", "web"]],
  ["a value, which one instance has twice", { tagFilters: [{ Value: "web", Type: "VALUE_ONLY" }] }, ["gone", "web"]],
  ["key and value", { tagFilters: [{ Key: "role", Value: "db", Type: "KEY_AND_VALUE" }] }, ["db"]],
  ["key and value without a type", { tagFilters: [{ Key: "role", Value: "web" }] }, ["gone", "web"]],
  ["a key and value that no instance has together", { tagFilters: [{ Key: "public", Value: "db" }] }, []],
  [
    "two filters, of which one is enough",
    {
      tagFilters: [
        { Key: "role", Value: "db" },
        { Key: "public", Type: "KEY_ONLY" },
      ],
    },
    ["db", "web"],
  ],
  [
    "two filters, of which the second finds the first names",
    {
      tagFilters: [
        { Key: "role", Value: "web" },
        { Key: "role", Value: "db" },
      ],
    },
    ["db", "gone", "web"],
  ],
  [
    "a tag and a status, of which both must hold",
    { registrationStatus: "Registered", tagFilters: [{ Value: "web", Type: "VALUE_ONLY" }] },
    ["web"],
  ],
];
for (const [title, input, names] of filters) {
  test(`ListOnPremisesInstances by ${title} answers ${names.join(", ") || "none"}`, async () => {
    const { $metadata: _, ...answer } = await small.listOnPremisesInstances(input);
    assert.deepEqual(answer, { instanceNames: names });
  });
}

test("an instance whose tag was removed or changed is no longer found by it", async () => {
  const tagFilters = [{ Key: "stage", Value: "test" }];
  const instanceNames = [await registerInstance(codedeploy, "a-1"), await registerInstance(codedeploy, "a-2")];
  await codedeploy.addTagsToOnPremisesInstances({ instanceNames, tags: tagFilters });
  assert.deepEqual((await codedeploy.listOnPremisesInstances({ tagFilters })).instanceNames, instanceNames);
  await codedeploy.removeTagsFromOnPremisesInstances({ instanceNames: ["a-1"], tags: tagFilters });
  await codedeploy.addTagsToOnPremisesInstances({ instanceNames: ["a-2"], tags: [{ Key: "stage", Value: "live" }] });
  assert.deepEqual((await codedeploy.listOnPremisesInstances({ tagFilters })).instanceNames, []);
});

const names = Array.from({ length: 230 }, (_, index) => `instance-${String(index).padStart(3, "0")}`);
const many = box.codeDeploy({ account: "222222222222" });
await Promise.all(names.toReversed().map((name) => registerInstance(many, name)));
for (let from = 0; from < names.length; from += 100) {
  const tags = [
    { Key: "fleet", Value: "big" },
    { Key: "size", Value: "big" },
  ];
  await many.addTagsToOnPremisesInstances({ instanceNames: names.slice(from, from + 100), tags });
}

for (const [title, input] of [
  ["all instances", {}],
  ["ones that have the value twice", { tagFilters: [{ Value: "big", Type: "VALUE_ONLY" }] }],
  ["registered ones", { registrationStatus: "Registered" }],
  [
    "tagged ones",
    {
      tagFilters: [
        { Key: "fleet", Type: "KEY_ONLY" },
        { Value: "big", Type: "VALUE_ONLY" },
      ],
    },
  ],
] as [string, ListOnPremisesInstancesCommandInput][]) {
  test(`pages of ${title} hold 100 names in alphabetical order, each once`, async () => {
    const pages = [];
    let nextToken: string | undefined;
    do {
      const page = await many.listOnPremisesInstances({ ...input, nextToken });
      pages.push(page.instanceNames);
      nextToken = page.nextToken;
    } while (nextToken);
    assert.deepEqual(
      pages.map((page) => page?.length),
      [100, 100, 30],
    );
    assert.deepEqual(pages.flat(), names);
  });
}

test("pages neither repeat nor lose a name while others register and deregister", async () => {
  const client = box.codeDeploy({ account: "333333333333" });
  await Promise.all(names.slice(0, 150).map((name) => registerInstance(client, name)));
  const input = { registrationStatus: "Registered" } as const;
  const first = await client.listOnPremisesInstances(input);
  await registerInstance(client, "aardvark");
  await client.deregisterOnPremisesInstance({ instanceName: names[99] });
  await client.deregisterOnPremisesInstance({ instanceName: names[50] });
  const second = await client.listOnPremisesInstances({ ...input, nextToken: first.nextToken });
  assert.deepEqual([...(first.instanceNames ?? []), ...(second.instanceNames ?? [])], names.slice(0, 150));
});

test("a token is good for the same filters in its own account and region only", async () => {
  const { nextToken } = await many.listOnPremisesInstances({});
  const others: (() => Promise<unknown>)[] = [
    () => many.listOnPremisesInstances({ nextToken, registrationStatus: "Registered" }),
    () => many.listOnPremisesInstances({ nextToken, tagFilters: [{ Key: "fleet", Type: "KEY_ONLY" }] }),
    () => codedeploy.listOnPremisesInstances({ nextToken }),
    () => box.codeDeploy({ account: "222222222222", region: "us-east-2" }).listOnPremisesInstances({ nextToken }),
    () => many.listApplications({ nextToken }),
  ];
  for (const other of others) await assertRefused(other(), "InvalidNextTokenException", /start again/);
  assert.equal((await many.listOnPremisesInstances({ nextToken })).instanceNames?.length, 100);
});

const filter = (members: object) => ({ tagFilters: [members] });
refuses(codedeploy, "ListOnPremisesInstances", [
  [
    "an unknown status, before a bad filter",
    { registrationStatus: "Lost", ...filter({ Type: "REGEXP" }) },
    "InvalidRegistrationStatusException",
    "Invalid registration status: Lost. It must be Registered or Deregistered",
  ],
  ["an empty status", { registrationStatus: "" }, "InvalidRegistrationStatusException", /must be Registered/],
  [
    "an unknown type of filter, before a bad token",
    { ...filter({ Key: "a", Type: "REGEXP" }), nextToken: "garbage" },
    "InvalidTagFilterException",
    "Invalid tag filter type: REGEXP. It must be KEY_ONLY, VALUE_ONLY, KEY_AND_VALUE",
  ],
  ["a filter of nothing", filter({}), "InvalidTagFilterException", "A tag filter of type KEY_AND_VALUE needs a Key"],
  [
    "KEY_ONLY without a key",
    filter({ Type: "KEY_ONLY", Value: "v" }),
    "InvalidTagFilterException",
    "A tag filter of type KEY_ONLY needs a Key",
  ],
  [
    "VALUE_ONLY without a value",
    filter({ Type: "VALUE_ONLY", Key: "k" }),
    "InvalidTagFilterException",
    "A tag filter of type VALUE_ONLY needs a Value",
  ],
  [
    "KEY_AND_VALUE without a value",
    filter({ Type: "KEY_AND_VALUE", Key: "k" }),
    "InvalidTagFilterException",
    "A tag filter of type KEY_AND_VALUE needs a Value",
  ],
  ["a key of 129 characters", filter({ Key: "k".repeat(129), Value: "v" }), "InvalidTagFilterException", /at most 128/],
  ["a value of 257 characters", filter({ Key: "k", Value: "v".repeat(257) }), "InvalidTagFilterException", /most 256/],
  [
    "11 filters",
    { tagFilters: Array.from({ length: 11 }, () => ({ Key: "k", Value: "v" })) },
    "InvalidTagFilterException",
    "11 tag filters were given; at most 10 may be",
  ],
  ["a token that never was one", { nextToken: "garbage" }, "InvalidNextTokenException", /not valid/],
]);
