/** What signalbox tells about its deployments and its clock beyond the CodeDeploy API: `/_signalbox/`. */
import type { DeploymentDetail } from "../management/deploymentDetail.ts";
import type { ClientSettings } from "../settings.ts";
import { type ExchangeOptions, exchange, sentenceOf, UnreachableError, unknownDeployment } from "./exchange.ts";
import type { CommandError } from "./exitCodes.ts";

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

export function deploymentSource(settings: ClientSettings): DeploymentSource {
  const ask = async (path: string, options: ExchangeOptions = {}): Promise<unknown> => {
    const { status, isGood, body } = await exchange(settings, `/_signalbox/${path}`, options);
    if (isGood && body !== null) return body;
    throw refusal(settings.endpoint, status, body);
  };
  return {
    detail: async (deploymentId) => (await ask(`deployments/${encodeURIComponent(deploymentId)}`)) as DeploymentDetail,
    recording: (deploymentId) => ask(`deployments/${encodeURIComponent(deploymentId)}/recording`),
    speed: async () => ((await ask("clock")) as { speed: number }).speed,
    advance: async (seconds) =>
      void (await ask("clock/advance", { method: "POST", body: JSON.stringify({ seconds }), patienceMs: null })),
  };
}

function refusal(endpoint: string, status: number, body: unknown): CommandError {
  const { __type: type, message } = (body ?? {}) as { __type?: string; message?: string };
  const problem =
    type === undefined
      ? `What answers at ${endpoint} is no signalbox (HTTP ${status}); say with --endpoint where it is.`
      : `The signalbox at ${endpoint} refused (HTTP ${status}): ${sentenceOf(message ?? "")}`;
  return unknownDeployment(body) ?? new UnreachableError(problem);
}
