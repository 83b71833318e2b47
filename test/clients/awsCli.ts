/** The AWS CLI as someone runs it, led to signalbox by nothing but its endpoint and a 12-digit access key. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACCOUNT, REGION } from "../support/signalbox.ts";

const LONGEST_RUN_MS = 60_000;

export interface CliRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface AwsCli {
  /** Runs `aws <command> <words>` to its end. */
  run(...words: string[]): Promise<CliRun>;
  /** What it printed, read as JSON; fails when the command does. */
  json<Answer>(...words: string[]): Promise<Answer>;
  /** What it printed, as it is; fails when the command does. */
  text(...words: string[]): Promise<string>;
}

/** Why the AWS CLI's tests cannot run here, or `false`. */
export async function whyNoAwsCli(): Promise<string | false> {
  const { exitCode, stderr } = await execute("aws", ["--version"], {});
  return exitCode === 0 ? false : `the AWS CLI is not installed: ${stderr.slice(0, 200)}`;
}

/** Why the tests of boto3 cannot run here, or `false`. */
export async function whyNoBoto3(): Promise<string | false> {
  const { exitCode, stderr } = await execute("python3", ["-c", "import boto3"], {});
  return exitCode === 0 ? false : `python3 with boto3 is not installed: ${stderr.slice(-200)}`;
}

/** What leads an official client to signalbox for every service, and to nothing of who runs the tests. */
export const clientEnvironment = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: ACCOUNT,
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_DEFAULT_REGION: REGION,
  AWS_MAX_ATTEMPTS: "1",
  AWS_PAGER: "",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  PYTHONDONTWRITEBYTECODE: "1",
});

/** `folder` is where it runs, and where it finds files; `command` what comes after `aws`. */
export function awsCli(endpoint: string, folder: string, command = "deploy"): AwsCli {
  // Version 1 prints times as they come, version 2 as dates: both are told to print dates.
  const configuration = join(folder, "aws.config");
  writeFileSync(configuration, "[default]\ncli_timestamp_format = iso8601\n");
  const variables = { ...clientEnvironment(endpoint), AWS_CONFIG_FILE: configuration };
  const run = (...words: string[]) => execute("aws", [command, ...words], variables, folder);
  const text = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await run(...words);
    if (exitCode !== 0) throw new Error(`aws ${command} ${words.join(" ")} ended with ${exitCode}: ${stderr}${stdout}`);
    return stdout.trim();
  };
  return { run, text, json: async (...words) => JSON.parse((await text(...words, "--output", "json")) || "{}") };
}

/** Runs a program to its end, with these variables on top of the environment's. */
export function execute(
  program: string,
  words: string[],
  variables: Record<string, string>,
  cwd?: string,
): Promise<CliRun> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...variables }, timeout: LONGEST_RUN_MS, maxBuffer: 2 ** 26 };
    execFile(program, words, options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ exitCode, stdout, stderr: exitCode === -1 ? `${stderr}${String(error)}` : stderr });
    });
  });
}
