/**
 * What messages are signed with: an RSA key and its certificate in a file of the data folder, made when they are first
 * needed. They are kept, so that receivers can pin the certificate and old messages can still be verified.
 */
import { createHash, createPrivateKey, generateKeyPair, type KeyObject, X509Certificate } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { wallClock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import { selfSignedCertificate } from "./certificate.ts";

export interface SigningKey {
  privateKey: KeyObject;
  /** PEM. */
  certificate: string;
  /** Names the certificate in URLs: its SHA-256 in hex, shortened. */
  name: string;
}

const FILE = "sns-signing.pem";
const OWNER_ONLY = 0o600;
const MODULUS_BITS = 2048;
/** Receivers whose clocks are a little behind take the certificate, too. */
const BACKDATED_MS = 24 * 3600 * 1000;

/** The key of the folder. The same promise for every caller: it is made once. */
export function signingKey(directory: string, ids: Ids): () => Promise<SigningKey> {
  let known: Promise<SigningKey> | undefined;
  return () => {
    known ??= open(directory, ids).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

async function open(directory: string, ids: Ids): Promise<SigningKey> {
  const file = join(directory, FILE);
  const text = read(file) ?? write(directory, file, await make(ids));
  const [certificate = ""] = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\n/.exec(text) ?? [];
  const name = createHash("sha256").update(new X509Certificate(certificate).raw).digest("hex").slice(0, 32);
  return { privateKey: createPrivateKey(text), certificate, name };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** RSA keys come from the system's randomness: no seed makes one. Off the main thread, it takes a moment. */
async function make(ids: Ids): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: MODULUS_BITS });
  const certificate = selfSignedCertificate({
    privateKey,
    commonName: "signalbox SNS",
    serial: ids.bytes(16),
    notBefore: wallClock.now() - BACKDATED_MS,
  });
  return `${privateKey.export({ type: "pkcs8", format: "pem" })}${certificate}`;
}

/** Under its name only when it is whole and on the disk. */
function write(directory: string, file: string, text: string): string {
  mkdirSync(directory, { recursive: true });
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  const handle = openSync(unfinished, "wx", OWNER_ONLY);
  writeSync(handle, text);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(unfinished, file);
  const folder = openSync(directory, "r");
  fsyncSync(folder);
  closeSync(folder);
  return text;
}
