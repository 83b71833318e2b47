/** `signalbox logs`: what the containers of an ECS task have printed last. */
import type { Writable } from "node:stream";
import { Command } from "commander";
import type { TaskLogAnswer } from "../management/taskLogs.ts";
import type { ClientSettings } from "../settings.ts";
import { clientOptions, clientSettings, type Given, told } from "./clientCommand.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";
import { request } from "./request.ts";

export function logsCommand(): Command {
  const command = new Command("logs")
    .description("Print what the containers of an ECS task have said last.")
    .argument("<task>", "The task's id or ARN.")
    .option("--container <name>", "Only this container; without it, all of them, each line with its name.")
    .option("--bytes <number>", "How much of each container's output, at most 1048576.", "65536");
  return clientOptions(command).action((task: string, given: Given) =>
    told(async () => {
      const container = given["container"] === undefined ? undefined : String(given["container"]);
      const bytes = String(given["bytes"]);
      await printLogs({ client: clientSettings(given), task, container, bytes, output: process.stdout });
      return exitCodes.succeeded;
    }),
  );
}

interface LogsOptions {
  client: ClientSettings;
  task: string;
  container: string | undefined;
  bytes: string;
  output: Writable;
}

async function printLogs({ client, task, container, bytes, output }: LogsOptions): Promise<void> {
  if (!/^[0-9]+$/.test(bytes))
    throw new CommandError(exitCodes.usage, `--bytes is ${bytes}; it must be a whole number.`);
  const path = `/_signalbox/tasks/${encodeURIComponent(task)}/log?bytes=${bytes}`;
  const { containers } = (await request(client, path)) as unknown as TaskLogAnswer;
  const wanted = containers.filter((one) => container === undefined || one.container === container);
  for (const { container: name, text } of wanted) {
    const prefix = containers.length > 1 && container === undefined ? `${name}: ` : "";
    for (const line of text.replace(/\n$/, "").split("\n")) output.write(`${prefix}${plain(line)}\n`);
  }
}

/** Programs may print anything: what could steer a terminal is taken out, but for tabs. */
const plain = (line: string): string => line.replace(/[^\P{Cc}\t]/gu, "");
