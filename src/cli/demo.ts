/** The main job, live: a canary deployment that its validation functions approve, and a bad one that they take back. */
import type { DeploymentDetail } from "../management/deploymentDetail.ts";
import type { ClientSettings, TerminalSettings } from "../settings.ts";
import { awsCliCommands, removalCommands } from "./awsCliCommands.ts";
import { ALIAS, DEFAULT_ACCOUNT, DEFAULT_REGION, DEMO, type DemoScene, demoScene, exampleFolder } from "./demoScene.ts";
import { type DeploymentSource, deploymentSource } from "./deploymentSource.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";
import { painter } from "./paint.ts";
import { type Output, presenter } from "./presenter.ts";
import { exitCodeOf, type WatchEnd, watch } from "./watch.ts";

export interface DemoOptions {
  client: ClientSettings;
  output: Output;
  terminal: TerminalSettings;
}

const CALLS = 20;
const CANARY_SECONDS = 300;

/** Runs the whole demo against a running signalbox. Throws a CommandError when something is not as it should be. */
export async function demo({ client, output, terminal }: DemoOptions): Promise<void> {
  const paint = painter(terminal.colour);
  const say = (text = "") => void output.write(`${text}\n`);
  const headline = (text: string) => say(`\n${paint("strong", text)}`);
  const source = deploymentSource(client);
  const speed = await source.speed();

  headline("The demo: a canary deployment that its validation functions approve, and a bad one that they take back.");
  say(pace(speed));
  const scene = await demoScene(client);
  const versions = await scene.prepare();
  const { old, good, broken } = versions;
  say(`Function ${DEMO} is published: version ${old} is live, version ${good} is good, version ${broken} is broken.`);
  say(`A call of ${DEMO}:${ALIAS} now: ${JSON.stringify(await scene.call())}`);

  headline(`Version ${good}: 10 % of the traffic for 5 minutes, then all of it.`);
  const traffic = canaryTraffic(scene, source, speed === 0);
  const show = () => presenter(output, terminal);
  const first = await watch(await scene.deploy(old, good), { source, presenter: show(), onLook: traffic.onLook });
  await traffic.ended();
  requireEnd(first, exitCodes.succeeded, "should have succeeded");

  headline(`Version ${broken}: all at once, to save time. Its AfterAllowTraffic function calls it and finds the bug.`);
  const allAtOnce = "CodeDeployDefault.LambdaAllAtOnce";
  const second = await watch(await scene.deploy(good, broken, allAtOnce), { source, presenter: show() });
  requireEnd(second, exitCodes.rolledBack, "should have been rolled back");
  const answer = await scene.call();
  say(`A call of ${DEMO}:${ALIAS} now: ${JSON.stringify(answer)}`);
  if (answer.version !== good) {
    throw new CommandError(exitCodes.failed, `Version ${answer.version} answers; version ${good} should.`);
  }

  const accountId = client.accountId ?? DEFAULT_ACCOUNT;
  const region = client.region ?? DEFAULT_REGION;
  const { endpoint } = client;
  headline("The same with the AWS CLI, in another terminal:");
  const place = { endpoint, accountId, region, example: exampleFolder, signalbox: signalboxCommand() };
  say(`\n${awsCliCommands(place).join("\n")}`);
  headline("To remove that again:");
  say(`\n${removalCommands.join("\n")}\n`);
}

export function pace(speed: number): string {
  if (speed === 0) return "Time on this server stands still until it is moved; the demo moves it on.";
  const takes = `${Number((CANARY_SECONDS / speed).toPrecision(2))} seconds`;
  if (speed === 1) {
    return "Time on this server is real: the canary takes its 5 minutes. With `signalbox serve --speed 60` it takes 5 seconds.";
  }
  const relation = speed > 1 ? `${speed} times faster than real` : `at ${speed} of its real pace`;
  return `Time on this server runs ${relation}: the canary's 5 minutes take ${takes}, and durations below are in its time.`;
}

/** Real traffic, as soon as the alias is split; virtual time is moved on when it has been answered. */
function canaryTraffic(scene: DemoScene, source: DeploymentSource, virtual: boolean) {
  const notes: string[] = [];
  let calls: Promise<void> | undefined;
  const run = async () => {
    const answered: string[] = [];
    for (let call = 0; call < CALLS; call += 1) answered.push((await scene.call()).version);
    notes.push(...summary(answered));
    if (virtual) await source.advance(CANARY_SECONDS);
  };
  return {
    onLook({ waitingFor }: DeploymentDetail): readonly string[] {
      if (waitingFor.phase === "HoldingTraffic" && !calls) {
        calls = run();
        // Told of when it is waited for.
        calls.catch(() => {});
      }
      return notes;
    },
    ended: async () => calls,
  };
}

function summary(answered: string[]): string[] {
  const counts = [...new Set(answered)]
    .sort((one, other) => Number(one) - Number(other))
    .map((version) => `${answered.filter((each) => each === version).length} by version ${version}`);
  return [
    `  ${answered.length} calls of ${DEMO}:${ALIAS} meanwhile were answered by ${answered.join(" ")}`,
    `  which is ${counts.join(" and ")}.`,
  ];
}

/** Throws where a deployment has not ended as it should. */
export function requireEnd(end: WatchEnd, expected: number, should: string): void {
  if (exitCodeOf(end) === expected) return;
  const { deploymentId, status } = end.deployment;
  throw new CommandError(exitCodes.failed, `Deployment ${deploymentId} ${should}, and ended ${status}.`);
}

/** How a person calls this very program: a checkout has it as an npm script, everything else as a package. */
function signalboxCommand(): string {
  return import.meta.filename.endsWith(".ts") ? "npm run --silent signalbox --" : "npx signalbox";
}
