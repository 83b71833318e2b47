/** The answer to one request of a command, or the end of the command. */
import type { ClientSettings } from "../settings.ts";
import { type ExchangeOptions, exchange, sentenceOf, unknownDeployment } from "./exchange.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";

/** The JSON that is answered. A refusal is a CommandError with the server's own sentence. */
export async function request(
  client: ClientSettings,
  path: string,
  options: ExchangeOptions = {},
): Promise<Record<string, unknown>> {
  const { isGood, body } = await exchange(client, path, options);
  const answer = body as Record<string, unknown> | null;
  if (isGood && answer !== null) return answer;
  const sentence = String(answer?.["message"] ?? `What answers at ${client.endpoint} is no signalbox`);
  throw unknownDeployment(body) ?? new CommandError(exitCodes.failed, sentenceOf(sentence));
}
