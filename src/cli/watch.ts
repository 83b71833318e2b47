/** Follows a deployment, and the rollback it leads to, until nothing more happens. */
import { wallClock } from "../clock.ts";
import type { DeploymentDetail } from "../management/deploymentDetail.ts";
import type { DeploymentSource } from "./deploymentSource.ts";
import { UnreachableError } from "./exchange.ts";
import { CommandError, type ExitCode, exitCodes } from "./exitCodes.ts";
import type { Presenter } from "./presenter.ts";
import { hasEnded } from "./wording.ts";

export interface WatchOptions {
  source: DeploymentSource;
  presenter: Presenter;
  /** Told of every look; what it answers is shown below the deployment, and again at every later look. */
  onLook?: (detail: DeploymentDetail) => readonly string[];
}

export interface WatchEnd {
  deployment: DeploymentDetail;
  rollback: DeploymentDetail | null;
}

const LOOK_EVERY_MS = 150;
/** How long a server that has answered before may be away: it may be starting again, and deployments go on then. */
const AWAY_MS = 15_000;
/** A function usually reports a little before it returns; its log is known only then. */
const LOG_WAIT_MS = 2000;

/** Resolves with the last look. Throws at once when the first one fails. */
export async function watch(deploymentId: string, options: WatchOptions): Promise<WatchEnd> {
  const { source, presenter, onLook = () => [] } = options;
  let end = await look(source, deploymentId);
  let endedAt: number | null = null;
  for (;;) {
    const notes = onLook(end.deployment);
    if (isOver(end)) {
      endedAt ??= wallClock.elapsedMs();
      if (!hooksUnderWay(end) || wallClock.elapsedMs() - endedAt >= LOG_WAIT_MS) {
        presenter.finish(detailsOf(end), notes);
        return end;
      }
    }
    presenter.show(detailsOf(end), notes);
    await wallClock.pause(LOOK_EVERY_MS);
    end = await lookPatiently(source, deploymentId);
  }
}

/** 0 for what succeeded, 2 for what was taken back, 1 for all else that ended. */
export function exitCodeOf({ deployment, rollback }: WatchEnd): ExitCode {
  if (deployment.status === "Succeeded") return exitCodes.succeeded;
  return rollback?.status === "Succeeded" ? exitCodes.rolledBack : exitCodes.failed;
}

async function look(source: DeploymentSource, deploymentId: string): Promise<WatchEnd> {
  const deployment = await source.detail(deploymentId);
  const id = deployment.rollbackInfo?.rollbackDeploymentId;
  if (id === undefined) return { deployment, rollback: null };
  const rollback = await source.detail(id).catch((error: unknown) => {
    // Its history may have been deleted with its group.
    if (error instanceof CommandError && error.exitCode === exitCodes.unknownDeployment) return null;
    throw error;
  });
  return { deployment, rollback };
}

async function lookPatiently(source: DeploymentSource, deploymentId: string): Promise<WatchEnd> {
  const since = wallClock.elapsedMs();
  for (;;) {
    try {
      return await look(source, deploymentId);
    } catch (error) {
      if (!(error instanceof UnreachableError) || wallClock.elapsedMs() - since > AWAY_MS) throw error;
      await wallClock.pause(LOOK_EVERY_MS);
    }
  }
}

const detailsOf = ({ deployment, rollback }: WatchEnd): DeploymentDetail[] =>
  rollback ? [deployment, rollback] : [deployment];

const isOver = ({ deployment, rollback }: WatchEnd): boolean =>
  hasEnded(deployment) && (rollback === null || hasEnded(rollback));

const hooksUnderWay = ({ deployment }: WatchEnd): boolean =>
  deployment.targets.some(({ lifecycleEvents }) =>
    lifecycleEvents.some(({ hook }) => hook?.invocation === "under way"),
  );
