/** (e) Invocations of functions over HTTP: the first of each function, and those that find a process waiting. */

import { spawnSync } from "node:child_process";
import { buffer } from "node:stream/consumers";
import { CreateFunctionCommand, type CreateFunctionCommandInput, LambdaClient } from "@aws-sdk/client-lambda";
import { ZipFile } from "yazl";
import type { Bench, Part } from "./bench.ts";
import { median, percentile, spread } from "./figures.ts";
import { HttpConnection, requestBytes } from "./httpConnection.ts";
import { flagsOf, newInstallation } from "./installation.ts";
import { processMs, startHelper, startProgram } from "./processes.ts";
import type { Row } from "./report.ts";

interface Language {
  name: string;
  /** The interpreter, and how it is told to do nothing: the floor under a cold invocation. */
  bare: [string, ...string[]];
  input: Pick<CreateFunctionCommandInput, "Runtime" | "Handler">;
  file: string;
  source: string;
}

const languages: Language[] = [
  {
    name: "Node",
    bare: [process.execPath, "-e", "0"],
    input: { Runtime: "nodejs22.x", Handler: "index.handler" },
    file: "index.mjs",
    source: "export const handler = async () => ({ ok: true });\n",
  },
  {
    name: "Python",
    bare: [pythonItself(), "-c", "0"],
    input: { Runtime: "python3.12", Handler: "index.handler" },
    file: "index.py",
    source: 'def handler(event, context):\n    return {"ok": True}\n',
  },
];

/** The interpreter, not a wrapper that first looks for it; empty where there is none. */
function pythonItself(): string {
  const { stdout } = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" });
  return stdout?.trim() ?? "";
}

export const invocations: Part = async (bench) => {
  const program = await startProgram(bench.program, flagsOf(await newInstallation(bench, "invocations")));
  const bareServer = startHelper("bareServer.ts");
  const body = JSON.stringify({ ok: true });
  const answer = { headers: { "content-type": "application/json", "content-length": String(body.length) }, body };
  const { url: bareUrl } = await bareServer.ask<{ url: string }>(answer);
  const rows: Row[] = [];
  const floors: number[] = [];
  try {
    for (const language of languages) {
      if (language.bare[0] === "") {
        bench.say(`${language.name} is left out: there is no interpreter here`);
        continue;
      }
      const warm = await invokeWarm(bench, program.url, bareUrl, language);
      floors.push(...warm.floors);
      rows.push(...(await coldRows(bench, program.url, language)), ...warm.rows);
    }
  } finally {
    await Promise.all([program.end(), bareServer.end()]);
  }
  return { title: "invocations over HTTP, one at a time", rows, floorSpread: spread(floors) };
};

/** Each function is invoked once, so that each invocation starts a process. */
async function coldRows(bench: Bench, url: string, language: Language): Promise<Row[]> {
  const tookMs: number[] = [];
  const bareMs: number[] = [];
  for (let count = 1; count <= (bench.quick ? 3 : 12); count += 1) {
    const name = await createFunction(url, language, `cold-${language.name}-${count}`);
    bareMs.push(await processMs(...language.bare));
    tookMs.push(...(await invoke(url, name, 1)));
  }
  return rowsOf(`${language.name}, cold`, tookMs, bareMs, "bare interpreter");
}

async function invokeWarm(bench: Bench, url: string, bareUrl: string, language: Language) {
  const times = bench.quick ? 100 : 600;
  const name = await createFunction(url, language, `warm-${language.name}`);
  await invoke(url, name, times);
  await invoke(bareUrl, name, times);
  const before = await invoke(bareUrl, name, times);
  const tookMs = await invoke(url, name, times);
  const after = await invoke(bareUrl, name, times);
  const rows = rowsOf(`${language.name}, warm`, tookMs, [...before, ...after], "bare node:http");
  return { rows, floors: [median(before), median(after)] };
}

function rowsOf(name: string, tookMs: number[], bareMs: number[], is: string): Row[] {
  return [0.5, 0.99].map((share) => {
    const value = percentile(tookMs, share);
    const floor = { value: percentile(bareMs, share), is };
    return { name: `${name}, p${share * 100}`, value, unit: "ms", floor, ratio: value / floor.value };
  });
}

async function invoke(url: string, name: string, times: number): Promise<number[]> {
  const connection = await HttpConnection.open(url);
  const path = `/2015-03-31/functions/${name}/invocations`;
  const request = requestBytes({ method: "POST", path, headers: { "content-type": "application/json" } }, "{}");
  const tookMs: number[] = [];
  for (let count = 0; count < times; count += 1) {
    const start = performance.now();
    const { status, head, body } = await connection.send(request);
    tookMs.push(performance.now() - start);
    if (status !== 200 || /x-amz-function-error/i.test(head)) throw new Error(`${name} answered ${status}: ${body}`);
  }
  connection.close();
  return tookMs;
}

async function createFunction(url: string, { input, file, source }: Language, FunctionName: string): Promise<string> {
  const archive = new ZipFile();
  archive.addBuffer(Buffer.from(source), file);
  archive.end();
  // The default account and region: those of requests without a signature, such as the bench's invocations.
  const credentials = { accessKeyId: "000000000000", secretAccessKey: "bench" };
  const client = new LambdaClient({ endpoint: url, region: "us-east-1", credentials });
  const Code = { ZipFile: await buffer(archive.outputStream as NodeJS.ReadableStream) };
  await client.send(
    new CreateFunctionCommand({
      ...input,
      FunctionName,
      Code,
      Role: "arn:aws:iam::000000000000:role/lambda",
      Timeout: 20,
    }),
  );
  client.destroy();
  return FunctionName;
}
