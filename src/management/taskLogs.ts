/** `GET /_signalbox/tasks/<task>/log`: what the containers of an ECS task have printed last. */
import type { HttpRequest, Scope } from "../protocol/http.ts";
import { ProtocolError } from "../protocol/protocolError.ts";

export interface TaskLogRouteOptions {
  /** The last bytes of each container's output, `most` at most; `undefined` where the caller has no such task. */
  taskLog(scope: Scope, task: string, most: number): { container: string; text: string }[] | undefined;
}

/** What `GET /_signalbox/tasks/<task>/log` answers. */
export interface TaskLogAnswer {
  containers: { container: string; text: string }[];
}

const MOST_BYTES = 1024 * 1024;
const USUAL_BYTES = 64 * 1024;

/** The task is its id or, percent-encoded, its ARN. */
export function taskLogRoute(
  { taskLog }: TaskLogRouteOptions,
  { caller, query }: HttpRequest,
  [task = ""]: string[],
): TaskLogAnswer {
  const most = Number(query.get("bytes") ?? USUAL_BYTES);
  if (!(Number.isInteger(most) && most >= 1 && most <= MOST_BYTES)) {
    throw new ProtocolError(400, "ValidationException", `bytes must be a whole number from 1 to ${MOST_BYTES}`);
  }
  const containers = taskLog(caller, decoded(task), most);
  if (!containers) throw new ProtocolError(404, "ResourceNotFoundException", `There is no task ${decoded(task)}`);
  return { containers };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ProtocolError(400, "ValidationException", "The path is not percent-encoded correctly");
  }
}
