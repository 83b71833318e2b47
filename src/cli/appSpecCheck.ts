/** `signalbox appspec check`: what is wrong with AppSpec files, all of it at once, before anything is deployed. */
import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { type AppSpecPlatform, appSpecPlatforms, checkAppSpec } from "../resources/appSpec/checkAppSpec.ts";
import type { Complaint } from "../resources/appSpec/complaint.ts";
import { type ExitCode, exitCodes } from "./exitCodes.ts";
import { fileProblem } from "./fileProblem.ts";

export interface AppSpecCheckOptions {
  /** One of the platforms; without it, what each file looks like. */
  platform: string | undefined;
  json: boolean;
}

interface CheckedFile {
  file: string;
  platform: AppSpecPlatform | null;
  errors: number;
  warnings: number;
  complaints: readonly Complaint[];
}

/** EX_NOINPUT of sysexits.h. */
const NO_INPUT = 66;
const STANDARD_INPUT = "-";
const PLATFORM_NAMES = { lambda: "Lambda", ecs: "ECS", server: "Server" } as const;

/** Checks every file that can be read, tells all that was found, and answers the exit code. */
export async function appSpecCheck(files: readonly string[], options: AppSpecCheckOptions): Promise<ExitCode> {
  const { platform: named, json } = options;
  const platform = appSpecPlatforms.find((candidate) => candidate === named);
  const checked: CheckedFile[] = [];
  for (const file of files) {
    const bytes = await readBytes(file);
    if (typeof bytes === "string") process.stderr.write(`signalbox: ${bytes}\n`);
    else checked.push(checkFile(file, bytes, platform));
  }
  process.stdout.write(json ? `${JSON.stringify({ files: checked }, null, 2)}\n` : checked.map(textOf).join(""));
  if (checked.length < files.length) return NO_INPUT;
  return checked.some(({ errors }) => errors > 0) ? exitCodes.failed : exitCodes.succeeded;
}

/** The content, or a sentence on why there is none. */
async function readBytes(file: string): Promise<Buffer | string> {
  try {
    return file === STANDARD_INPUT ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    return fileProblem(file, error);
  }
}

function checkFile(file: string, bytes: Buffer, given: AppSpecPlatform | undefined): CheckedFile {
  const text = bytes.toString("utf8");
  const { platform, complaints } = isUtf8(bytes)
    ? checkAppSpec(text, { platform: given })
    : { platform: given, complaints: [notUtf8(text)] };
  const count = (wanted: string) => complaints.filter(({ severity }) => severity === wanted).length;
  return { file, platform: platform ?? null, errors: count("error"), warnings: count("warning"), complaints };
}

/** At the first place that had to be replaced. */
function notUtf8(text: string): Complaint {
  const before = text.slice(0, text.indexOf("\ufffd")).split("\n");
  return {
    severity: "error",
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    message: "the text is not encoded as UTF-8",
    found: "bytes that are no UTF-8",
    allowed: "UTF-8",
  };
}

function textOf({ file, platform, errors, warnings, complaints }: CheckedFile): string {
  const name = file === STANDARD_INPUT ? "<stdin>" : file;
  const lines = complaints.flatMap(({ line, column, severity, message, agentMessage }) => [
    `${name}:${line}:${column}: ${severity}: ${oneLine(message)}`,
    ...(agentMessage === undefined ? [] : [`    the agent says: ${oneLine(agentMessage)}`]),
  ]);
  const counts = [counted(errors, "error"), counted(warnings, "warning")].join(", ");
  const what = platform === null ? "AppSpec of an unknown platform" : `AppSpec for ${PLATFORM_NAMES[platform]}`;
  return `${[...lines, `${name}: ${what}, ${counts}`].join("\n")}\n`;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** What a file holds may not forge lines of ours, nor steer the terminal. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}
