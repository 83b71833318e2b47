/**
 * What messages are signed with: an RSA key and its certificate in a file of the data folder, made when they are first
 * needed. They are kept, so that receivers can pin the certificate and old messages can still be verified.
 */
import { createHash, createPrivateKey, generateKeyPair, type KeyObject, X509Certificate } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { wallClock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import { readOwnFile, writeOwnFile } from "../../ownFile.ts";
import { selfSignedCertificate } from "./certificate.ts";

export interface SigningKey {
  privateKey: KeyObject;
  /** PEM. */
  certificate: string;
  /** Names the certificate in URLs: its SHA-256 in hex, shortened. */
  name: string;
}

const FILE = "sns-signing.pem";
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
  const text = readOwnFile(file)?.toString("utf8") ?? (await make(directory, file, ids));
  const [certificate = ""] = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\n/.exec(text) ?? [];
  const name = createHash("sha256").update(new X509Certificate(certificate).raw).digest("hex").slice(0, 32);
  return { privateKey: createPrivateKey(text), certificate, name };
}

/** RSA keys come from the system's randomness: no seed makes one. Off the main thread, it takes a moment. */
async function make(directory: string, file: string, ids: Ids): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: MODULUS_BITS });
  const certificate = selfSignedCertificate({
    privateKey,
    commonName: "signalbox SNS",
    serial: ids.bytes(16),
    notBefore: wallClock.now() - BACKDATED_MS,
  });
  const text = `${privateKey.export({ type: "pkcs8", format: "pem" })}${certificate}`;
  mkdirSync(directory, { recursive: true });
  writeOwnFile(file, text);
  return text;
}
