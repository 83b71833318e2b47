/** Terraform's AWS provider against signalbox: no drift after anything, for every argument of the three resources. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { startSignalbox } from "../support/signalbox.ts";
import { assertNoDrift, type StateResource, type TerraformRun, terraformProject } from "./terraformProject.ts";

const box = await startSignalbox({ after });
const found = await terraformProject(box.url);
const skip = typeof found === "string" ? found : false;

/** What the provider finds out by itself. */
const COMPUTED = new Set([
  "id",
  "arn",
  "application_id",
  "deployment_config_id",
  "deployment_group_id",
  "github_account_name",
  "linked_to_github",
  "tags_all",
  "aws_codedeploy_deployment_group.compute_platform",
]);

/** The arguments of a resource by their path, without list positions; a path may have several values. */
function argumentsOf({ type, attributes }: StateResource): Map<string, unknown[]> {
  const values = new Map<string, unknown[]>();
  const walk = (path: string, value: unknown) => {
    if (Array.isArray(value) && value.length > 0) {
      for (const item of value) walk(path, item);
    } else if (isBlock(value) && !path.endsWith(".tags")) {
      for (const [name, member] of Object.entries(value)) {
        if (!COMPUTED.has(name) && !COMPUTED.has(`${path}.${name}`)) walk(`${path}.${name}`, member);
      }
    } else {
      values.set(path, [...(values.get(path) ?? []), value]);
    }
  };
  walk(type, attributes);
  return values;
}

const isBlock = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSet = (value: unknown) =>
  !(value === null || value === "" || value === 0 || value === false || JSON.stringify(value) === "[]");

/** Paths that no resource gives a value: neither by itself nor by anything below it. */
function unset(resources: StateResource[]): string[] {
  const all = resources.flatMap((resource) => [...argumentsOf(resource)]);
  const given = [...new Set(all.filter(([, values]) => values.some(isSet)).map(([path]) => path))];
  const isGiven = (path: string) => given.some((other) => other === path || other.startsWith(`${path}.`));
  return [...new Set(all.map(([path]) => path))].filter((path) => !isGiven(path));
}

/** Paths whose values are the same in every resource before and after. */
function unchanged(before: StateResource[], now: StateResource[]): string[] {
  const text = (values: unknown[] | undefined) =>
    JSON.stringify([...(values ?? [])].map((value) => value ?? null).sort());
  const paths = new Map<string, boolean>();
  for (const resource of before) {
    const other = now.find(({ address }) => address === resource.address) ?? assert.fail(resource.address);
    const [old, fresh] = [argumentsOf(resource), argumentsOf(other)];
    for (const [path, values] of old) {
      if (values.some(isSet)) paths.set(path, paths.get(path) || text(values) !== text(fresh.get(path)));
    }
  }
  return [...paths].filter(([, changed]) => !changed).map(([path]) => path);
}

const idsOf = (resources: StateResource[], type: string, id: string) =>
  Object.fromEntries(
    resources.filter((resource) => resource.type === type).map(({ address, attributes }) => [address, attributes[id]]),
  );

function assertDone({ exitCode, output }: TerraformRun, summary: RegExp): void {
  assert.equal(exitCode, 0, output);
  assert.match(output, summary);
}

describe("Terraform", { skip }, () => {
  if (typeof found === "string") return;
  const project = found;
  after(() => project.remove());
  let created: StateResource[] = [];
  let changed: StateResource[] = [];

  it("applies every argument of the three resources, and then has nothing to change", async () => {
    assertDone(await project.apply(), /Resources: \d+ added, 0 changed, 0 destroyed/);
    created = await project.state();
    assert.deepEqual(unset(created), [], "every argument is in the configuration");
    assertNoDrift(await project.plan());
  });

  it("changes every argument, and then has nothing to change", async () => {
    await project.configure("changed");
    assertDone(await project.apply(), /Resources: \d+ added, \d+ changed, \d+ destroyed/);
    changed = await project.state();
    assert.deepEqual(unchanged(created, changed), [], "every argument has changed somewhere");
    assertNoDrift(await project.plan());
  });

  it("changes deployment groups in place, and applications too but for their platform", () => {
    const groups = (resources: StateResource[]) =>
      idsOf(resources, "aws_codedeploy_deployment_group", "deployment_group_id");
    assert.deepEqual(groups(changed), groups(created));
    const { "aws_codedeploy_app.replaced": newId, ...kept } = idsOf(changed, "aws_codedeploy_app", "application_id");
    const { "aws_codedeploy_app.replaced": oldId, ...before } = idsOf(created, "aws_codedeploy_app", "application_id");
    assert.deepEqual(kept, before);
    assert.notEqual(newId, oldId);
  });

  it("imports everything as it is, has nothing to change, and destroys it", async () => {
    const other = await project.importing(changed);
    const imported = new RegExp(`Resources: ${changed.length} imported, 0 added, 0 changed, 0 destroyed`);
    assertDone(await other.apply(), imported);
    assertNoDrift(await other.plan());
    const destroyed = await other.run("destroy", "-auto-approve", "-input=false", "-no-color");
    assertDone(destroyed, new RegExp(`Resources: ${changed.length} destroyed`));
    const codedeploy = box.codeDeploy();
    assert.deepEqual((await codedeploy.listApplications({})).applications, []);
    const { deploymentConfigsList = [] } = await codedeploy.listDeploymentConfigs({});
    assert.deepEqual(
      deploymentConfigsList.filter((name) => !name.startsWith("CodeDeployDefault.")),
      [],
    );
  });
});
