/** GitHub tokens through signalbox's own API, the one way in. */
import assert from "node:assert/strict";
import { authorization, type Principal, type RunningSignalbox } from "./signalbox.ts";

export interface TokenAnswer {
  status: number;
  body: { tokenName?: string; __type?: string; message?: string };
}

/** Sends the body as it is. `name` is encoded. */
export async function putToken(
  box: RunningSignalbox,
  name: string,
  body: string,
  principal?: Partial<Principal>,
): Promise<TokenAnswer> {
  const response = await fetch(`${box.url}/_signalbox/github-tokens/${encodeURIComponent(name)}`, {
    method: "PUT",
    headers: { authorization: authorization(principal) },
    body,
  });
  return { status: response.status, body: (await response.json()) as TokenAnswer["body"] };
}

export async function addToken(
  box: RunningSignalbox,
  name: string,
  token = "ghp_0123456789",
  principal?: Partial<Principal>,
): Promise<void> {
  const answer = await putToken(box, name, JSON.stringify({ token }), principal);
  assert.deepEqual(answer, { status: 200, body: { tokenName: name } });
}
