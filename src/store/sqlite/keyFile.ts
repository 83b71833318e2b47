/**
 * The key that secrets are sealed with at rest: 32 random bytes in a file beside the database and never in it, so that
 * the database alone, a backup of it for example, tells nobody a secret. Made at the first start.
 */
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { readOwnFile, writeOwnFile } from "../../ownFile.ts";
import type { Store } from "../store.ts";

const KEY_BYTES = 32;

/** The key is not to be had; the message is for the person who runs the program. */
export class KeyFileError extends Error {}

/** Where the key is. */
export const keyFile = (directory: string, named: string | null): string => named ?? join(directory, "secrets.key");

/** The folder must be there and belong to this process. A file that is `named` by a setting is never made. */
export function openKeyFile(
  directory: string,
  newBytes: (count: number) => Buffer,
  named: string | null = null,
): Buffer {
  const file = keyFile(directory, named);
  const found = readOwnFile(file, { keepsMode: named !== null });
  if (named !== null && found === null)
    throw new KeyFileError(`${file} is not there; make one with: openssl rand -out ${file} 32`);
  const key = found ?? made(file, newBytes(KEY_BYTES));
  if (key.length !== KEY_BYTES) {
    throw new KeyFileError(
      `${file} has ${key.length} bytes, and a key has ${KEY_BYTES}; put the right file back, or remove it and add all GitHub tokens again.`,
    );
  }
  return key;
}

const FINGERPRINT = "secretsKeyFingerprint";

/**
 * Where several processes share an installation: throws for one that has another key than those before it, and so could
 * not read what they have sealed. What is kept tells nobody the key.
 */
export async function requireSharedKey(store: Store, key: Buffer, file: string): Promise<void> {
  const fingerprint = createHmac("sha256", key).update("signalbox").digest("hex");
  if ((await store.transaction((tx) => tx.installation.keep(FINGERPRINT, fingerprint))) === fingerprint) return;
  throw new KeyFileError(
    `${file} is another key than the one that the secrets in this database are sealed with: give all signalbox that share it the same --secrets-key-file. If that key is lost, end all of them, run delete from installation where name = '${FINGERPRINT}', and add all GitHub tokens again.`,
  );
}

/**
 * What webhooks are signed with where no setting names it: a text that receivers are given by whoever may read the
 * folder, in a file of its own. Made at the first start.
 */
export function openWebhookSecret(directory: string, newBytes: (count: number) => Buffer): string {
  const file = join(directory, "webhook.secret");
  const found = readOwnFile(file) ?? made(file, Buffer.from(`${newBytes(KEY_BYTES).toString("hex")}\n`));
  const secret = found.toString("utf8").trim();
  if (secret === "") throw new KeyFileError(`${file} is empty; write a secret into it, or remove it to get a new one.`);
  return secret;
}

function made(file: string, content: Buffer): Buffer {
  writeOwnFile(file, content);
  return content;
}
