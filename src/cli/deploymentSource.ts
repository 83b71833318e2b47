/** What signalbox tells about its deployments and its clock beyond the CodeDeploy API: `/_signalbox/`. */
import type { DeploymentDetail } from "../management/deploymentDetail.ts";
import type { ClientSettings } from "../settings.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";

export interface DeploymentSource {
  /** Throws a CommandError for an unknown id, UnreachableError when nobody answers. */
  detail(deploymentId: string): Promise<DeploymentDetail>;
  /** The deployment as it can be played again; fails as `detail` does. */
  recording(deploymentId: string): Promise<unknown>;
  /** How many times faster than real the deployments' time runs; 0 where it stands still until it is moved. */
  speed(): Promise<number>;
  /** Moves virtual time; resolves when everything that fell due has happened. */
  advance(seconds: number): Promise<void>;
}

/** Nobody answers, or somebody who is no signalbox. It may be on its way back. */
export class UnreachableError extends CommandError {
  constructor(message: string) {
    super(exitCodes.unreachable, message);
  }
}

const PATIENCE_MS = 10_000;

export function deploymentSource(settings: ClientSettings): DeploymentSource {
  const headers = callerHeaders(settings);
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const url = `${settings.endpoint}/_signalbox/${path}`;
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS), ...init }).catch((error) => {
      throw unreachable(settings.endpoint, error);
    });
    const body: unknown = await response.json().catch(() => null);
    if (response.ok && body !== null) return body;
    throw refusal(settings.endpoint, response.status, body);
  };
  return {
    detail: async (deploymentId) => (await ask(`deployments/${encodeURIComponent(deploymentId)}`)) as DeploymentDetail,
    recording: (deploymentId) => ask(`deployments/${encodeURIComponent(deploymentId)}/recording`),
    speed: async () => ((await ask("clock")) as { speed: number }).speed,
    advance: async (seconds) =>
      void (await ask("clock/advance", { method: "POST", body: JSON.stringify({ seconds }), signal: null })),
  };
}

/**
 * The credential scope that names account and region, as a signed request of an SDK does. Nothing when neither is
 * known: then the server's own defaults hold. A region alone goes with a key that is no account id.
 */
export function callerHeaders({ accountId, region }: ClientSettings): Record<string, string> {
  if (accountId === undefined && region === undefined) return {};
  const scope = `${accountId ?? "signalbox"}/19700101/${region ?? "us-east-1"}/codedeploy/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` };
}

export function unreachable(endpoint: string, error: unknown): UnreachableError {
  const { cause, name } = error as { cause?: { code?: string; message?: string }; name?: string };
  const reason = name === "TimeoutError" ? "no answer" : (cause?.code ?? cause?.message ?? "no connection");
  return new UnreachableError(
    `No signalbox answers at ${endpoint} (${reason}); start one with \`signalbox serve\`, or say with --endpoint where it is.`,
  );
}

function refusal(endpoint: string, status: number, body: unknown): CommandError {
  const { __type: type, message } = (body ?? {}) as { __type?: string; message?: string };
  const sentence = `${message ?? ""}`.replace(/\.?$/, ".");
  if (type === "DeploymentDoesNotExistException") return new CommandError(exitCodes.unknownDeployment, sentence);
  return new UnreachableError(
    type === undefined
      ? `What answers at ${endpoint} is no signalbox (HTTP ${status}); say with --endpoint where it is.`
      : `The signalbox at ${endpoint} refused (HTTP ${status}): ${sentence}`,
  );
}
