/** Terraform as someone runs it: a folder with a configuration, and the real `terraform` with its AWS provider. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { accessSync, globSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

const CONFIGURATIONS = join(import.meta.dirname, "terraform");
/** A Terraform process takes seconds; on a busy machine many. */
const LONGEST_RUN_MS = 180_000;

export interface TerraformRun {
  exitCode: number;
  output: string;
}

/** A resource as the state has it. */
export interface StateResource {
  /** `aws_codedeploy_app.server` */
  address: string;
  type: string;
  attributes: Record<string, unknown>;
}

/** Folders that hold the provider where no configuration of Terraform names one. Tests never download it. */
const PLUGIN_FOLDERS = [
  process.env["SIGNALBOX_TERRAFORM_PLUGINS"] ?? "",
  join(homedir(), ".terraform.d", "plugins"),
  join(homedir(), ".local", "share", "terraform", "plugins"),
  "/usr/local/share/terraform/plugins",
  "/usr/share/terraform/plugins",
  ...globSync("/opt/*"),
];

/** Names of files in `terraform/`. */
export type Configuration =
  | "created"
  | "changed"
  | "topics"
  | "topicsChanged"
  | "alarms"
  | "alarmsChanged"
  | "balancers"
  | "services";

export class TerraformProject {
  readonly folder: string;
  /** Further variables, as `TF_VAR_name`. */
  variables: Record<string, string> = {};
  readonly #endpoint: string;

  constructor(folder: string, endpoint: string) {
    this.folder = folder;
    this.#endpoint = endpoint;
  }

  /** Replaces the configuration by a file of ours. */
  async configure(name: Configuration): Promise<void> {
    await copyFile(join(CONFIGURATIONS, "provider.tf"), join(this.folder, "provider.tf"));
    await copyFile(join(CONFIGURATIONS, `${name}.tf`), join(this.folder, "resources.tf"));
  }

  run(...words: string[]): Promise<TerraformRun> {
    return terraform(this.folder, words, { TF_VAR_endpoint: this.#endpoint, ...this.variables });
  }

  apply(): Promise<TerraformRun> {
    return this.run("apply", "-auto-approve", "-input=false", "-no-color");
  }

  /** Exit code 0 says that nothing is to be done, 2 that something is. */
  plan(): Promise<TerraformRun> {
    return this.run("plan", "-detailed-exitcode", "-input=false", "-no-color");
  }

  async state(): Promise<StateResource[]> {
    const text = await readFile(join(this.folder, "terraform.tfstate"), "utf8");
    const { resources } = JSON.parse(text) as {
      resources: { type: string; name: string; instances: { attributes: Record<string, unknown> }[] }[];
    };
    return resources.map(({ type, name, instances: [instance] }) => ({
      address: `${type}.${name}`,
      type,
      attributes: instance?.attributes ?? {},
    }));
  }

  /** A second folder with the same configuration and no state, in which everything is to be imported. */
  async importing(resources: StateResource[]): Promise<TerraformProject> {
    const other = new TerraformProject(join(this.folder, "imported"), this.#endpoint);
    await mkdir(other.folder);
    for (const file of [".terraform", ".terraform.lock.hcl"]) {
      await symlink(join(this.folder, file), join(other.folder, file));
    }
    await other.configure("changed");
    const blocks = resources.map(
      (resource) => `import {\n  to = ${resource.address}\n  id = ${JSON.stringify(importId(resource))}\n}\n`,
    );
    await writeFile(join(other.folder, "imports.tf"), blocks.join("\n"));
    return other;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What `terraform import` wants to be told. */
function importId({ type, attributes }: StateResource): string {
  if (type === "aws_codedeploy_app") return String(attributes["name"]);
  if (type === "aws_codedeploy_deployment_config") return String(attributes["deployment_config_name"]);
  return `${attributes["app_name"]}:${attributes["deployment_group_name"]}`;
}

/** Fails unless a plan has found nothing to do. */
export function assertNoDrift({ exitCode, output }: TerraformRun): void {
  assert.equal(exitCode, 0, `the plan is not empty:\n${output}`);
}

/** A folder in which Terraform is ready, or why there is none. */
export async function terraformProject(
  endpoint: string,
  first: Configuration = "created",
): Promise<TerraformProject | string> {
  const version = await terraform(tmpdir(), ["version"], {});
  if (version.exitCode !== 0) return "terraform is not installed";
  const plugins = PLUGIN_FOLDERS.find(
    (folder) => globSync("*/hashicorp/aws", { cwd: folder || "/dev/null" }).length > 0,
  );
  if (plugins === undefined && !configured()) return "there is no local copy of Terraform's AWS provider";
  const project = new TerraformProject(await mkdtemp(join(tmpdir(), "signalbox-terraform-")), endpoint);
  await project.configure(first);
  const source = plugins === undefined ? [] : [`-plugin-dir=${plugins}`];
  const { exitCode, output } = await project.run("init", "-input=false", "-no-color", ...source);
  if (exitCode === 0) return project;
  await project.remove();
  return `Terraform's AWS provider could not be installed: ${output.slice(0, 500)}`;
}

/** Whether Terraform has a configuration of its own, which may name a mirror. */
function configured(): boolean {
  try {
    accessSync(process.env["TF_CLI_CONFIG_FILE"] ?? join(homedir(), ".terraformrc"));
    return true;
  } catch {
    return false;
  }
}

function terraform(cwd: string, words: string[], variables: Record<string, string>): Promise<TerraformRun> {
  const env = {
    ...process.env,
    CHECKPOINT_DISABLE: "1",
    // The provider spends a third of its time collecting the garbage of its own schemas.
    GOGC: "400",
    ...(configured() ? {} : { TF_CLI_CONFIG_FILE: "/dev/null" }),
    ...variables,
  };
  return new Promise((resolve) => {
    const options = { cwd, env, timeout: LONGEST_RUN_MS, maxBuffer: 2 ** 26 };
    execFile("terraform", words, options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ exitCode, output: `${stdout}${stderr}${exitCode === -1 ? String(error) : ""}` });
    });
  });
}
