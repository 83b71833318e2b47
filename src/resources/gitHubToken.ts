/** What is true of a GitHub token, and how it is sealed: it is kept for deployments from GitHub, and never shown (semantics 2.9). */
import { createCipheriv, createDecipheriv } from "node:crypto";
import {
  GitHubAccountTokenDoesNotExistException,
  GitHubAccountTokenNameRequiredException,
  InvalidGitHubAccountTokenNameException,
} from "../shapes/codedeploy.ts";
import { isName, NAME_RULE } from "./names.ts";

/** What a sealed token belongs to; sealed for one name, it opens for no other. */
export interface GitHubTokenOwner {
  accountId: string;
  region: string;
  tokenName: string;
}

const ALGORITHM = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function requireGitHubTokenName(name: string | undefined): string {
  if (!name) throw new GitHubAccountTokenNameRequiredException("GitHub account token name is required");
  if (!isName(name)) {
    throw new InvalidGitHubAccountTokenNameException(
      `Invalid GitHub account token name: ${name}. A name has ${NAME_RULE}`,
    );
  }
  return name;
}

export function requireKnownGitHubToken(name: string, isKnown: boolean): void {
  if (isKnown) return;
  throw new GitHubAccountTokenDoesNotExistException(`No GitHub account token found for name: ${name}`);
}

/** Whether a text can be a token: what an HTTP header can carry, without white space. */
export const isGitHubToken = (text: string): boolean => /^[\x21-\x7e]{1,1000}$/.test(text);

/** `key` has 32 bytes; `iv` 12, never used before with this key. */
export function sealGitHubToken(key: Buffer, iv: Buffer, owner: GitHubTokenOwner, token: string): string {
  const cipher = createCipheriv(ALGORITHM, key, iv);
  cipher.setAAD(ownerBytes(owner));
  const sealed = Buffer.concat([cipher.update(token, "utf8"), cipher.final()]);
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString("base64");
}

/** The token; `null` for what was not sealed with this key for this owner. */
export function openGitHubToken(key: Buffer, owner: GitHubTokenOwner, sealed: string): string | null {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length < IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(ownerBytes(owner));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = bytes.subarray(IV_BYTES, -TAG_BYTES);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

function ownerBytes({ accountId, region, tokenName }: GitHubTokenOwner): Buffer {
  return Buffer.from(JSON.stringify([accountId, region, tokenName]), "utf8");
}
