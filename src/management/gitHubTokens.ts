/**
 * `PUT /_signalbox/github-tokens/<name>`: the one way in for a GitHub token, which the real service takes from a browser
 * alone. Names are listed, and tokens deleted, through the CodeDeploy API. A token is sealed before the store sees it,
 * and no answer, error or log line holds one.
 */
import type { HttpRequest } from "../protocol/http.ts";
import { ProtocolError } from "../protocol/protocolError.ts";
import { isGitHubToken, requireGitHubTokenName, sealGitHubToken } from "../resources/gitHubToken.ts";
import type { Store } from "../store/store.ts";

export interface GitHubTokenOptions {
  store: Store;
  /** Seals secrets at rest; 32 bytes. */
  secretsKey: Buffer;
  /** Random bytes. */
  newBytes: (count: number) => Buffer;
  /** How many an account may have, in all regions together. */
  mostTokens: number;
}

const MOST_BODY_BYTES = 4096;

/** Adds the token, or replaces the one of that name. `name` is as it stands in the path. */
export async function putGitHubToken(
  { store, secretsKey, newBytes, mostTokens }: GitHubTokenOptions,
  { caller, body }: HttpRequest,
  name: string,
): Promise<{ tokenName: string }> {
  const tokenName = requireGitHubTokenName(decoded(name));
  const token = tokenIn(body);
  const { accountId, region } = caller;
  const sealed = sealGitHubToken(secretsKey, newBytes(12), { accountId, region, tokenName }, token);
  return store.transaction(async ({ gitHubTokens }) => {
    const isNew = (await gitHubTokens.find(caller, tokenName)) === undefined;
    if (isNew && (await gitHubTokens.count(accountId)) >= mostTokens) {
      throw new ProtocolError(
        400,
        "LimitExceededException",
        `The account has ${mostTokens} GitHub tokens already, which is the limit; delete one first`,
      );
    }
    await gitHubTokens.put(caller, tokenName, sealed);
    return { tokenName };
  });
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** What is wrong is told without the body: it may hold the token. */
function tokenIn(body: Buffer): string {
  if (body.length > MOST_BODY_BYTES) {
    throw new ProtocolError(413, "RequestEntityTooLargeException", `The body is larger than ${MOST_BODY_BYTES} bytes`);
  }
  let token: unknown;
  try {
    token = (JSON.parse(body.toString("utf8")) as { token?: unknown } | null)?.token;
  } catch {
    throw new ProtocolError(400, "SerializationException", 'The body is not valid JSON; it must be {"token": "…"}');
  }
  if (typeof token !== "string" || !isGitHubToken(token)) {
    throw new ProtocolError(
      400,
      "ValidationException",
      "token must be a GitHub token: 1 to 1000 visible ASCII characters without spaces",
    );
  }
  return token;
}
