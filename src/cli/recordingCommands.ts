/** `signalbox export-deployment` and `signalbox replay`. */
import { Command } from "commander";
import { clientOptions, clientSettings, type Given, requireDeploymentId, text, told } from "./clientCommand.ts";
import { type ExitCode, exitCodes } from "./exitCodes.ts";

const CONTENT = `
A recording has the deployment's plan and everything it was told: AppSpecs, names of functions and alarms, the receivers
of its notifications, who asked for what, and the last lines that validation functions have logged. Look through it before
you pass it on.`;

export function exportCommand(): Command {
  const command = new Command("export-deployment")
    .description("Write a deployment as JSON: its plan, every event and every decision, for `signalbox replay`.")
    .argument("<deployment-id>", "The deployment.")
    .option("--output <file>", "Where to write it; without it, standard output.")
    .addHelpText("after", CONTENT);
  return clientOptions(command).action((deploymentId: string, given: Given) =>
    told(async () => {
      requireDeploymentId(deploymentId);
      const { exportDeployment } = await import("./recordings.ts");
      await exportDeployment(clientSettings(given), deploymentId, text(given["output"]));
      return exitCodes.succeeded;
    }),
  );
}

const EXIT_CODES = `
Exit codes:
  ${exitCodes.succeeded}   the engine decides as it was recorded
  ${exitCodes.failed}   it decides otherwise; the first difference is told
  ${exitCodes.usage}  the arguments cannot be used
  ${exitCodes.unplayable}  a file is no recording that this signalbox can play
  ${exitCodes.unknownDeployment}  a file is missing or cannot be read`;

/** Asks no server: the engine is part of the program. */
export function replayCommand(): Command {
  return new Command("replay")
    .description("Play exported deployments through the engine of this program, and show every decision again.")
    .argument("<file...>", "What `signalbox export-deployment` has written.")
    .addHelpText("after", CONTENT + EXIT_CODES)
    .action((files: string[]) =>
      told(async () => {
        const { replayFile } = await import("./recordings.ts");
        const ends: ExitCode[] = [];
        for (const file of files) ends.push(await replayFile(file));
        return Math.max(...ends);
      }),
    );
}
