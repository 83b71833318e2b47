/** `signalbox github-token`: tokens for deployments from GitHub. A token comes from standard input and is never shown. */
import type { Readable } from "node:stream";
import { Writable } from "node:stream";
import type { ReadStream } from "node:tty";
import type { ClientSettings } from "../settings.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";
import { request } from "./request.ts";

export interface GitHubTokenOptions {
  client: ClientSettings;
  /** Where the token is read from: never the command line, which other processes can see. */
  input: Readable & Pick<ReadStream, "isTTY">;
  output: Writable;
  /** For what is asked of a person, so that the output has the answer alone. */
  prompt: Writable;
}

const LONGEST_INPUT = 4096;

/** `add`, `list` or `delete`; the first and the last need the token's name. */
export async function gitHubToken(
  action: string,
  name: string | undefined,
  options: GitHubTokenOptions,
): Promise<void> {
  const { client, output } = options;
  if (action === "list") {
    if (name !== undefined) throw usage("signalbox github-token list takes no name.");
    for (const tokenName of await namesOf(client)) output.write(`${tokenName}\n`);
    return;
  }
  if (!name) throw usage(`signalbox github-token ${action} needs the name of a token.`);
  if (action === "add") {
    const body = JSON.stringify({ token: await readToken(options) });
    await request(client, `/_signalbox/github-tokens/${encodeURIComponent(name)}`, { method: "PUT", body });
    output.write(`GitHub token ${name} is kept.\n`);
    return;
  }
  await callCodeDeploy(client, "DeleteGitHubAccountToken", { tokenName: name });
  output.write(`GitHub token ${name} is deleted.\n`);
}

async function namesOf(client: ClientSettings): Promise<string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await callCodeDeploy(client, "ListGitHubAccountTokenNames", { nextToken });
    names.push(...((page["tokenNameList"] as string[] | undefined) ?? []));
    nextToken = page["nextToken"] as string | undefined;
  } while (nextToken);
  return names;
}

/** The first line of the input, without the white space around it. */
async function readToken(options: GitHubTokenOptions): Promise<string> {
  const token = (options.input.isTTY ? await askHidden(options) : await readAll(options.input)).trim();
  if (token === "") throw usage("No token came on standard input; send it there, as in: github-token add NAME < FILE.");
  return token;
}

async function readAll(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk));
    size += chunks.at(-1)?.length ?? 0;
    if (size > LONGEST_INPUT) throw usage("What came on standard input is too long to be a GitHub token.");
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What a person types is not echoed. */
async function askHidden({ input, prompt }: GitHubTokenOptions): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true });
  prompt.write("GitHub token (not shown): ");
  try {
    return await lines.question("");
  } finally {
    lines.close();
    prompt.write("\n");
  }
}

function callCodeDeploy(client: ClientSettings, operation: string, input: object): Promise<Record<string, unknown>> {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `CodeDeploy_20141006.${operation}`,
  };
  return request(client, "/", { method: "POST", headers, body: JSON.stringify(input) });
}

const usage = (sentence: string) => new CommandError(exitCodes.usage, sentence);
