/** The command line. What asks a running signalbox speaks to it through its public API alone. */
import { Argument, Command, type CommanderError, Option } from "commander";
import { settingRows } from "../settingRows.ts";
import { environmentVariable, readSettings, type SettingTexts } from "../settings.ts";
import {
  clientOptions,
  clientSettings,
  type Given,
  requireDeploymentId,
  sentenceOf,
  terminal,
  text,
  told,
} from "./clientCommand.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";
import { exportCommand, replayCommand } from "./recordingCommands.ts";
import { rollbackDrillCommand } from "./rollbackDrill.ts";
import { steeringCommands, whyCommand } from "./steeringCommands.ts";
import { logsCommand } from "./taskLogs.ts";
import { transferCommands } from "./transferCommands.ts";

export interface ProgramOptions {
  version: string;
  /** Runs the server; `whenReady` is called once with its address. */
  serve: (texts: SettingTexts, whenReady: (url: string) => Promise<void>) => Promise<void>;
}

export function program({ version, serve }: ProgramOptions): Command {
  const root = new Command("signalbox")
    .description("CodeDeploy that anyone can run, and it really deploys.")
    .version(version);
  const showing = [demoCommand(), watchCommand(), whyCommand(), auditCommand(), notificationsCommand(), logsCommand()];
  const doing = [...steeringCommands(), rollbackDrillCommand(), gitHubTokenCommand(), appSpecCommand()];
  const playing = [exportCommand(), replayCommand(), ...transferCommands()];
  for (const command of [serveCommand(serve), ...showing, ...doing, ...playing]) root.addCommand(command);
  for (const command of [root, ...root.commands]) {
    command.exitOverride(exitOf).configureOutput({
      outputError: (text, write) => write(usageSentence(text, command)),
    });
  }
  return root;
}

function serveCommand(serve: ProgramOptions["serve"]): Command {
  const command = new Command("serve").description("Run the server. Every flag can also be given as a variable.");
  for (const { flag, value, default: fallback, sentence } of settingRows) {
    const told = fallback === "" ? "" : ` Default ${fallback}.`;
    command.option(`--${flag} <${value}>`, `${sentence}${told} [${environmentVariable(flag)}]`);
  }
  command.option("--demo", "When ready, show two Lambda deployments: a good one, and a bad one that is rolled back.");
  return command.action(async (given: Given) => {
    const texts = Object.fromEntries(
      settingRows.map(({ flag }) => [flag, given[camelCase(flag)]]).filter(([, text]) => text !== undefined),
    ) as SettingTexts;
    await serve(texts, given["demo"] ? (url) => demoOnOwnServer(texts, url) : async () => {});
  });
}

/** The server stays up however the demo ends. */
async function demoOnOwnServer(texts: SettingTexts, url: string): Promise<void> {
  const { region, accountId, endpoints } = readSettings(texts);
  try {
    if (endpoints.lambda.kind !== "embedded") {
      throw new CommandError(exitCodes.usage, "The demo needs the embedded Lambda; leave --endpoint lambda=… out.");
    }
    const { demo } = await import("./demo.ts");
    await demo({ client: { endpoint: url, region, accountId }, ...terminal() });
  } catch (error) {
    process.stderr.write(`signalbox: The demo ended early: ${sentenceOf(error)}\n`);
  }
  process.stdout.write(`signalbox stays up at ${url}; Ctrl-C ends it.\n`);
}

function demoCommand(): Command {
  const command = new Command("demo")
    .description("Show two deployments on a running signalbox: a good one, and a bad one that is rolled back.")
    .addArgument(new Argument("[platform]", "what is deployed to").choices(["lambda", "ecs"]).default("lambda"));
  return clientOptions(command).action((platform: "lambda" | "ecs", given: Given) =>
    told(async () => {
      const options = { client: clientSettings(given), ...terminal() };
      if (platform === "ecs") await (await import("./ecsDemo.ts")).ecsDemo(options);
      else await (await import("./demo.ts")).demo(options);
      return exitCodes.succeeded;
    }),
  );
}

const EXIT_CODES = `
Exit codes:
  ${exitCodes.succeeded}   the deployment succeeded
  ${exitCodes.failed}   it failed or was stopped, and was not rolled back (or the rollback failed)
  ${exitCodes.rolledBack}   it failed or was stopped, and was rolled back
  ${exitCodes.usage}  the arguments cannot be used
  ${exitCodes.unknownDeployment}  no deployment has this id
  ${exitCodes.unreachable}  no signalbox answers`;

function watchCommand(): Command {
  const command = new Command("watch")
    .description("Follow a deployment, and its rollback, until it has ended.")
    .argument("<deployment-id>", "What CreateDeployment answered: d- and nine letters or digits.")
    .addHelpText("after", EXIT_CODES);
  return clientOptions(command).action((deploymentId: string, given: Given) =>
    told(async () => {
      requireDeploymentId(deploymentId);
      const client = clientSettings(given);
      const [{ exitCodeOf, watch }, { deploymentSource }, { presenter }] = await Promise.all([
        import("./watch.ts"),
        import("./deploymentSource.ts"),
        import("./presenter.ts"),
      ]);
      const { output, terminal: settings } = terminal();
      const options = { source: deploymentSource(client), presenter: presenter(output, settings) };
      return exitCodeOf(await watch(deploymentId, options));
    }),
  );
}

function auditCommand(): Command {
  const command = new Command("audit")
    .description("Tell who changed what in an account and region, and what came of it; newest first.")
    .option("--limit <number>", "How many entries, at most 1000.", "50")
    .addOption(new Option("--format <name>", "How to tell it.").choices(["text", "json"]).default("text"));
  return clientOptions(command).action((given: Given) =>
    told(async () => {
      const { audit } = await import("./audit.ts");
      const json = given["format"] === "json";
      await audit({ client: clientSettings(given), limit: String(given["limit"]), json, output: process.stdout });
      return exitCodes.succeeded;
    }),
  );
}

function notificationsCommand(): Command {
  const command = new Command("notifications")
    .description(
      "List notifications that were given up or are still owed; `retry` tries those again that were given up.",
    )
    .addArgument(new Argument("[action]").choices(["list", "retry"]).default("list"))
    .argument("[number...]", "For `retry`: the numbers that the list begins with.")
    .option("--all", "For `retry`: every one that was given up.")
    .addOption(new Option("--format <name>", "How to tell it.").choices(["text", "json"]).default("text"));
  return clientOptions(command).action((action: string, numbers: string[], given: Given) =>
    told(async () => {
      const { listNotifications, retryNotifications } = await import("./notifications.ts");
      const json = given["format"] === "json";
      const options = { client: clientSettings(given), json, output: process.stdout };
      if (action === "retry") await retryNotifications(numbers, given["all"] === true, options);
      else await listNotifications(numbers, given["all"] === true, options);
      return exitCodes.succeeded;
    }),
  );
}

function gitHubTokenCommand(): Command {
  const command = new Command("github-token")
    .description("Keep GitHub tokens for deployments. `add` reads the token from standard input.")
    .addArgument(new Argument("<action>").choices(["add", "list", "delete"]))
    .argument("[name]", "The token's name; for `add` and `delete`.");
  return clientOptions(command).action((action: string, name: string | undefined, given: Given) =>
    told(async () => {
      const { gitHubToken } = await import("./gitHubToken.ts");
      const { stdin: input, stdout: output, stderr: prompt } = process;
      await gitHubToken(action, name, { client: clientSettings(given), input, output, prompt });
      return exitCodes.succeeded;
    }),
  );
}

const APP_SPEC_EXIT_CODES = `
Exit codes:
  0   no errors; there may be warnings
  1   at least one error
  64  the arguments cannot be used
  66  a file is missing or cannot be read`;

/** Asks no server: files are checked where they are. */
function appSpecCommand(): Command {
  return new Command("appspec")
    .description("Tell everything that is wrong with AppSpec files, before anything is deployed.")
    .addArgument(new Argument("<action>").choices(["check"]))
    .argument("<file...>", "AppSpec files; - reads standard input.")
    .addOption(
      new Option("--platform <name>", "Without it, what each file looks like.").choices(["lambda", "ecs", "server"]),
    )
    .addOption(new Option("--format <name>", "How to tell it.").choices(["text", "json"]).default("text"))
    .addHelpText("after", APP_SPEC_EXIT_CODES)
    .action((_action: string, files: string[], given: Given) =>
      told(async () => {
        const { appSpecCheck } = await import("./appSpecCheck.ts");
        return appSpecCheck(files, { platform: text(given["platform"]), json: given["format"] === "json" });
      }),
    );
}

/** Help that was asked for is no error; everything else that commander ends with is a matter of usage. */
function exitOf({ exitCode }: CommanderError): never {
  process.exit(exitCode === 0 ? 0 : exitCodes.usage);
}

function usageSentence(text: string, command: Command): string {
  const name = command.parent ? `${command.parent.name()} ${command.name()}` : command.name();
  const sentence = text.replace(/^error: /, "").replace(/\.?\n$/, "");
  return `signalbox: ${sentence}; see ${name} --help.\n`;
}

/** Commander's name for a flag. */
function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
