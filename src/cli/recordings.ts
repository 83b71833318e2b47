/** What `signalbox export-deployment` and `signalbox replay` do: a deployment taken along, and played again. */
import { readFile, writeFile } from "node:fs/promises";
import { parseRecording, type Recording, RecordingError } from "../engine/recording.ts";
import { type Difference, replay } from "../engine/replay.ts";
import type { ClientSettings } from "../settings.ts";
import { deploymentSource } from "./deploymentSource.ts";
import { CommandError, type ExitCode, exitCodes } from "./exitCodes.ts";
import { fileProblem } from "./fileProblem.ts";
import { decisionLine } from "./why.ts";
import { plain } from "./wording.ts";

/** Writes the recording into the file, or to standard output. */
export async function exportDeployment(
  client: ClientSettings,
  deploymentId: string,
  file: string | undefined,
): Promise<void> {
  const recording = await deploymentSource(client).recording(deploymentId);
  const json = `${JSON.stringify(recording, null, 1)}\n`;
  if (file === undefined) process.stdout.write(json);
  else await writeFile(file, json).catch((error: unknown) => unusable(fileProblem(file, error, "written")));
}

/** Plays one file, tells every decision, and answers whether the engine decided as before. */
export async function replayFile(file: string): Promise<ExitCode> {
  const content = await readFile(file, "utf8").catch((error: unknown) => unusable(fileProblem(file, error)));
  const recording = read(file, content);
  const { decisions, difference } = replay(recording);
  const { deploymentId, told: events, program } = recording;
  const lines = [
    `Deployment ${deploymentId}, recorded by signalbox ${program}: ${events.length} events`,
    ...decisions.map((decision) => decisionLine({ ...decision, at: decision.at / 1000 })),
    difference ? differenceLine(difference) : "The engine decides as it was recorded.",
  ];
  process.stdout.write(`${lines.map(plain).join("\n")}\n`);
  return difference ? exitCodes.failed : exitCodes.succeeded;
}

function read(file: string, content: string): Recording {
  try {
    return parseRecording(content);
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    throw new CommandError(exitCodes.unplayable, `${file} cannot be played: ${error.message}`);
  }
}

function unusable(sentence: string): never {
  throw new CommandError(exitCodes.unknownDeployment, sentence);
}

function differenceLine({ event, of, path, recorded, replayed }: Difference): string {
  const where = event === null ? "In the outcome" : `At event ${event} (${of})`;
  return `${where} the engine differs: ${path || "it"} was ${recorded}, and is ${replayed}.`;
}
