/** A container of a task as whatever runs it sees it: a process of this machine, or one of a container engine. */
import type { ContainerDefinition } from "../../../shapes/ecs.ts";
import type { TaskId } from "../names.ts";
import type { PortBinding } from "../records.ts";

export interface ContainerSpec {
  task: TaskId;
  /** An ARN with its revision. */
  taskDefinition: string;
  definition: ContainerDefinition;
  /** The ports of this container. */
  bindings: PortBinding[];
  /** The ports of every container of the task. */
  taskBindings: PortBinding[];
  /** Takes what it prints. */
  output(chunk: Buffer): void;
}

export interface ContainerEnd {
  /** As a shell would tell it: 128 and the signal's number where one ended it. */
  exitCode: number;
}

export interface RunningContainer {
  runtimeId: string;
  /** Resolves when nothing of it is left. */
  ended: Promise<ContainerEnd>;
  /** Asks it to end. */
  terminate(): void;
  /** Ends it with everything that it has started. */
  kill(): void;
  /** Runs a health check command beside it; whether that ended with 0 within the time. */
  check(command: string[], timeoutMs: number): Promise<boolean>;
}

/** Why a container cannot be started, in the words that the task's stoppedReason has. */
export class StartError extends Error {}

export interface ContainerDriver {
  /** Rejects with StartError. */
  start(spec: ContainerSpec): Promise<RunningContainer>;
}

/** What a task would miss is no detail: it does not start without it. Throws StartError. */
export function requireSupported({ secrets, environmentFiles, mountPoints, volumesFrom }: ContainerDefinition): void {
  const [secret] = secrets ?? [];
  if (secret) {
    throw new StartError(
      `ResourceInitializationError: secrets are not read by signalbox (${secret.name} from ${secret.valueFrom})`,
    );
  }
  const [file] = environmentFiles ?? [];
  if (file) {
    throw new StartError(`ResourceInitializationError: environment files are not read by signalbox (${file.value})`);
  }
  if (mountPoints?.length || volumesFrom?.length) {
    throw new StartError("CannotCreateVolumeError: volumes are not mounted by signalbox");
  }
}
