/** What commands have in common that speak to a running signalbox. */
import type { Command } from "commander";
import { readClientSettings, readTerminalSettings, SettingError } from "../settings.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";

/** What a command is given by commander: flags in camel case. */
export type Given = Record<string, string | boolean | undefined>;

/** What every command has that speaks to a running signalbox. */
export function clientOptions(command: Command): Command {
  return command
    .option(
      "--endpoint <URL>",
      "Where signalbox is. Default http://127.0.0.1:4566. [SIGNALBOX_URL, AWS_ENDPOINT_URL_CODEDEPLOY, AWS_ENDPOINT_URL]",
    )
    .option("--region <name>", "Region to ask in; without it, the server's own. [AWS_REGION, AWS_DEFAULT_REGION]")
    .option(
      "--account-id <12 digits>",
      "Account to ask for; without it, the server's own. [AWS_ACCESS_KEY_ID, where it is 12 digits]",
    );
}

export function clientSettings({ endpoint, region, accountId }: Given) {
  return readClientSettings({ endpoint: text(endpoint), region: text(region), accountId: text(accountId) });
}

export const text = (value: string | boolean | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;

export const terminal = () => ({
  output: process.stdout,
  terminal: readTerminalSettings(process.stdout.isTTY === true),
});

/** Runs a command that speaks to a server; what goes wrong becomes one sentence and an exit code. */
export async function told(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    process.stderr.write(`signalbox: ${sentenceOf(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof SettingError) return exitCodes.usage;
  return error instanceof CommandError ? error.exitCode : exitCodes.failed;
}

export function sentenceOf(error: unknown): string {
  if (error instanceof CommandError || error instanceof SettingError) return error.message;
  const { name, message, cause, code, stack } = error as Error & { code?: string; cause?: unknown };
  if (code === "ECONNREFUSED" || code === "ECONNRESET") return `The server went away (${code}).`;
  // An answer of the server, as the SDK throws it.
  if ("$metadata" in (error as object)) return `${name}: ${message}`;
  return cause === undefined ? (stack ?? message) : `${message}: ${String(cause)}`;
}

export function requireDeploymentId(text: string): void {
  if (/^d-[A-Z0-9]{9}$/.test(text)) return;
  throw new CommandError(exitCodes.usage, `${text} is no deployment id; one looks like d-1A2B3C4D5.`);
}
