/** `signalbox export` and `signalbox import`. */
import { Command } from "commander";
import { environmentVariable, type SettingTexts } from "../settings.ts";
import { type Given, text, told } from "./clientCommand.ts";
import { exitCodes } from "./exitCodes.ts";

const CONTENT = `
No signalbox may run on the database. Row numbers stay the same. Not part of it: the files secrets.key and webhook.secret,
and the embedded services, which are folders and files beside the database.`;

export function transferCommands(): Command[] {
  return [
    stored(
      "export",
      "Write a whole installation to standard output, for `signalbox import` on another database.",
    ).action((given: Given) =>
      told(async () => {
        const { exportInstallation } = await import("./transfer.ts");
        await exportInstallation(textsOf(given), process.stdout);
        return exitCodes.succeeded;
      }),
    ),
    stored(
      "import",
      "Fill an empty installation with what `signalbox export` has written, from standard input.",
    ).action((given: Given) =>
      told(async () => {
        const { importInstallation } = await import("./transfer.ts");
        await importInstallation(textsOf(given), process.stdin, process.stdout);
        return exitCodes.succeeded;
      }),
    ),
  ];
}

function stored(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--data-dir <folder>", `The data folder. Default .signalbox. [${environmentVariable("data-dir")}]`)
    .option("--database-url <URL>", `PostgreSQL instead of the folder. [${environmentVariable("database-url")}]`)
    .addHelpText("after", CONTENT);
}

function textsOf(given: Given): SettingTexts {
  const [folder, url] = [text(given["dataDir"]), text(given["databaseUrl"])];
  return {
    ...(folder === undefined ? {} : { "data-dir": folder }),
    ...(url === undefined ? {} : { "database-url": url }),
  };
}
