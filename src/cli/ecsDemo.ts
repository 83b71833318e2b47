/** Blue/green, live: a good version by canary, then a bad one that an alarm on its answers stops and takes back. */
import { wallClock } from "../clock.ts";
import type { DeploymentDetail } from "../management/deploymentDetail.ts";
import { type DemoOptions, pace, requireEnd } from "./demo.ts";
import { type DeploymentSource, deploymentSource } from "./deploymentSource.ts";
import { type EcsDemoScene, ecsDemoScene, type Order, SHOP } from "./ecsDemoScene.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";
import { painter } from "./paint.ts";
import { presenter } from "./presenter.ts";
import { watch } from "./watch.ts";

const ORDERS = 40;

/** Runs the whole demo against a running signalbox. Throws a CommandError when something is not as it should be. */
export async function ecsDemo({ client, output, terminal }: DemoOptions): Promise<void> {
  const paint = painter(terminal.colour);
  const say = (text = "") => void output.write(`${text}\n`);
  const headline = (text: string) => say(`\n${paint("strong", text)}`);
  const source = deploymentSource(client);
  const speed = await source.speed();

  headline("The demo: a blue/green deployment to ECS, and a bad one that an alarm on its answers takes back.");
  say(pace(speed));
  const scene = await ecsDemoScene(client);
  say(`Service ${SHOP} runs version 1 behind ${scene.productionUrl} (production) and ${scene.testUrl} (test).`);
  const run = async (folder: string) => {
    const traffic = orders(scene, source, speed === 0);
    const deploymentId = await scene.deploy(folder);
    const end = await watch(deploymentId, { source, presenter: presenter(output, terminal), onLook: traffic.onLook });
    // A deployment that ends soon was not looked at any more when the orders had been answered.
    for (const note of await traffic.ended()) say(note);
    return end;
  };

  headline("Version 2: a function looks at it through the test listener, then 10 % of the traffic for 5 minutes.");
  requireEnd(await run("v2"), exitCodes.succeeded, "should have succeeded");

  headline("Version 3: it passes the same function, and fails at real orders. An alarm counts the errors.");
  requireEnd(await run("v3-broken"), exitCodes.rolledBack, "should have been rolled back");
  const answered = await Promise.all(Array.from({ length: 10 }, () => scene.order()));
  say(
    `${answered.length} orders now are answered by ${[...new Set(answered.map(({ version }) => `version ${version}`))].join(" and ")}.`,
  );
  if (answered.some(({ version }) => version !== "2")) {
    throw new CommandError(exitCodes.failed, "Version 2 should answer everything again.");
  }
  say(`\nTry it: curl ${scene.productionUrl}/?pieces=3\n`);
}

/** Real orders, as soon as the traffic is split. A clock that stands still is moved on, but not while they are answered. */
function orders(scene: EcsDemoScene, source: DeploymentSource, virtual: boolean) {
  const notes: string[] = [];
  let calls: Promise<void> | undefined;
  let hasEnded = false;
  let told = 0;
  const run = async () => {
    const answered: Order[] = [];
    for (let order = 0; order < ORDERS; order += 1) answered.push(await scene.order());
    notes.push(`  ${summary(answered)}`);
  };
  const moveOn = async () => {
    while (!hasEnded) {
      await calls;
      await source.advance(STEP_SECONDS);
      await wallClock.pause(STEP_MS);
    }
  };
  const moved = virtual ? moveOn() : Promise.resolve();
  // Told of when they are waited for.
  moved.catch(() => {});
  return {
    onLook({ waitingFor }: DeploymentDetail): readonly string[] {
      if (waitingFor.phase === "HoldingTraffic" && !calls) {
        calls = run();
        calls.catch(() => {});
      }
      told = notes.length;
      return notes;
    },
    /** What was not told yet. */
    async ended() {
      hasEnded = true;
      await Promise.all([calls, moved]);
      return notes.slice(told);
    },
  };
}

/** How far a clock that stands still is moved at once, and how often. */
const STEP_SECONDS = 10;
const STEP_MS = 100;

function summary(answered: readonly Order[]): string {
  const versions = [...new Set(answered.map(({ version }) => version))].sort();
  const counts = versions.map((version) => {
    return `${answered.filter((order) => order.version === version).length} by version ${version}`;
  });
  const failed = answered.filter((order) => order.failed).length;
  const told = failed === 0 ? "none failed" : `${failed} failed`;
  return `${answered.length} orders meanwhile were answered ${counts.join(" and ")}; ${told}.`;
}
