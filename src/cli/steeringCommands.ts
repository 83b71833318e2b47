/** `signalbox pause | resume | skip-wait | promote | abort <deployment-id>`, and `why`, which tells what was decided. */
import { Command, Option } from "commander";
import { clientOptions, clientSettings, type Given, requireDeploymentId, told } from "./clientCommand.ts";
import { exitCodes } from "./exitCodes.ts";

const VERBS = {
  pause: "Hold a deployment where it stands, without limit; alarms and stops still end it.",
  resume: "Let a paused deployment go on where it stands.",
  "skip-wait": "End the present wait of the traffic now: the next share moves.",
  promote: "Move all traffic to the new version in the next step; validation functions still run.",
  abort: "Stop a deployment and roll it back, whatever its configuration says.",
} as const;

const DONE: Record<string, string> = {
  pause: "is paused",
  resume: "goes on",
  "skip-wait": "moves its next share of the traffic",
  promote: "moves all its traffic",
  abort: "is stopped and rolled back",
};

/** One command for each verb. They end with 0 when the wish is taken, and say why not otherwise. */
export function steeringCommands(): Command[] {
  return Object.entries(VERBS).map(([verb, description]) => {
    const command = new Command(verb).description(description).argument("<deployment-id>", "The deployment.");
    return clientOptions(command).action((deploymentId: string, given: Given) =>
      told(async () => {
        requireDeploymentId(deploymentId);
        const { request } = await import("./request.ts");
        const path = `/_signalbox/deployments/${deploymentId}/${verb}`;
        await request(clientSettings(given), path, { method: "POST" });
        process.stdout.write(`Deployment ${deploymentId} ${DONE[verb]}.\n`);
        return exitCodes.succeeded;
      }),
    );
  });
}

export function whyCommand(): Command {
  const command = new Command("why")
    .description("Tell what was decided about a deployment, on what grounds, and what it waits for.")
    .argument("<deployment-id>", "The deployment.")
    .addOption(new Option("--format <name>", "How to tell it.").choices(["text", "json"]).default("text"));
  return clientOptions(command).action((deploymentId: string, given: Given) =>
    told(async () => {
      requireDeploymentId(deploymentId);
      const [{ why }, { deploymentSource }] = await Promise.all([import("./why.ts"), import("./deploymentSource.ts")]);
      const detail = await deploymentSource(clientSettings(given)).detail(deploymentId);
      for (const line of why(detail, given["format"] === "json")) process.stdout.write(`${line}\n`);
      return exitCodes.succeeded;
    }),
  );
}
