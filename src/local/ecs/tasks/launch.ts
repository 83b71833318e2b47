/** How the process of a container is started: which program, where, with which variables. Nothing of our own environment. */
import { isAbsolute, resolve } from "node:path";
import { taskArn } from "../names.ts";
import type { PortBinding } from "../records.ts";
import { type ContainerSpec, requireSupported, StartError } from "./container.ts";
import { type ImageMap, type MappedImage, mappedImage } from "./imageMap.ts";

export interface LaunchOptions {
  images: ImageMap;
  /** PATH of the tasks; programs are looked for here. */
  path: string;
  /** AWS_ENDPOINT_URL of the tasks. */
  endpoint: () => string;
}

export interface Launch {
  program: string;
  arguments: string[];
  folder: string;
  environment: Record<string, string>;
}

/** `scratch` is a private folder: HOME, TMPDIR and, where the image names none, the working folder. Throws StartError. */
export function launchOf(spec: ContainerSpec, scratch: string, options: LaunchOptions): Launch {
  const { definition } = spec;
  const image = definition.image ?? "";
  const mapped = mappedImage(options.images, image);
  if (!mapped) {
    throw new StartError(
      `CannotPullContainerError: ${image} is no file:///folder, nothing in --ecs-images stands for it, and no container engine is used`,
    );
  }
  requireSupported(definition);
  // As with images: an entry point of the container's own makes the image's command void.
  const command = definition.entryPoint?.length && !definition.command?.length ? [] : mapped.command;
  const [program, ...words] = [
    ...(definition.entryPoint?.length ? definition.entryPoint : mapped.entryPoint),
    ...(definition.command?.length ? definition.command : command),
  ];
  if (program === undefined) {
    throw new StartError(
      `CannotStartContainerError: no command is given for ${image}, neither by the container nor by --ecs-images`,
    );
  }
  const folder = workingFolder(mapped, definition.workingDirectory, scratch);
  return { program, arguments: words, folder, environment: environmentOf(spec, mapped, scratch, options) };
}

/** An absolute path of a mapped image is a place within the image, and means nothing here. */
function workingFolder({ folder }: MappedImage, asked: string | undefined, scratch: string): string {
  const base = folder ?? scratch;
  if (!asked || (isAbsolute(asked) && folder !== undefined)) return base;
  return resolve(base, asked);
}

function environmentOf(
  { task, taskDefinition, definition, bindings, taskBindings }: ContainerSpec,
  mapped: MappedImage,
  scratch: string,
  { path, endpoint }: LaunchOptions,
): Record<string, string> {
  const given = Object.fromEntries((definition.environment ?? []).map(({ name = "", value = "" }) => [name, value]));
  return {
    PATH: path,
    HOME: scratch,
    TMPDIR: scratch,
    LANG: "en_US.UTF-8",
    AWS_ENDPOINT_URL: endpoint(),
    AWS_REGION: task.region,
    AWS_DEFAULT_REGION: task.region,
    AWS_EXECUTION_ENV: "AWS_ECS_EC2",
    // The twelve digits name the account to signalbox; the other two are never looked at.
    AWS_ACCESS_KEY_ID: task.accountId,
    AWS_SECRET_ACCESS_KEY: "signalbox",
    AWS_SESSION_TOKEN: "signalbox",
    SIGNALBOX_TASK_ARN: taskArn(task),
    SIGNALBOX_TASK_DEFINITION: taskDefinition,
    ...mapped.environment,
    ...given,
    // On top, whatever was given: there is no other port that would lead to the container.
    ...portVariables(bindings, taskBindings),
  };
}

/** PORT and HOST are where the container shall listen; PORT_<containerPort> is where any container of the task does. */
function portVariables([own]: PortBinding[], all: PortBinding[]): Record<string, string> {
  const others = all.map(({ containerPort, hostPort }) => [`PORT_${containerPort}`, String(hostPort)]);
  return { ...Object.fromEntries(others), ...(own ? { HOST: "127.0.0.1", PORT: String(own.hostPort) } : {}) };
}
