/**
 * Reads the AppSpec of a revision in S3 with the one call that AWS's managed role for CodeDeploy allows, GetObject
 * (targets 2.2). Nothing of a bundle is ever written to disk.
 */
import { isUtf8 } from "node:buffer";
import type { GetObjectCommandOutput } from "@aws-sdk/client-s3";
import type { Effect } from "../../engine/deployment.ts";
import { type Driver, type EffectContext, EffectError } from "../driver.ts";
import { appSpecInBundle, BundleError, MOST_APPSPEC_BYTES, MOST_BUNDLE_BYTES } from "./bundle.ts";
import { type S3Clients, s3Sdk } from "./s3Clients.ts";
import { revisionError } from "./s3Errors.ts";

type Location = Extract<Effect, { type: "readRevision" }>["location"];

export function revisionDriver(clients: S3Clients): Driver {
  return {
    performs: ["readRevision"],
    async perform(effect, context) {
      if (effect.type !== "readRevision") throw new Error(`the revision driver does not perform ${effect.type}`);
      const { location } = effect;
      const body = await readObject(clients, location, context);
      return { type: "revisionRead", content: textOf(await appSpecBytes(location, body), location) };
    },
  };
}

async function readObject(clients: S3Clients, location: Location, context: EffectContext): Promise<Buffer> {
  const { GetObjectCommand } = await s3Sdk();
  const client = await clients(context.accountId, context.region);
  const { bucket, key, version } = location;
  const eTag = bareETag(location.eTag);
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    VersionId: version,
    IfMatch: eTag === undefined ? undefined : `"${eTag}"`,
  });
  try {
    const found = await client.send(command, { abortSignal: context.signal });
    // An endpoint that does not know the condition answers with whatever it has.
    if (eTag !== undefined && bareETag(found.ETag) !== eTag) {
      throw new EffectError("notFound", `${nameOf(location)} has the eTag ${found.ETag}, not ${eTag}`, false);
    }
    return await wholeBody(found, location, context.signal);
  } catch (error) {
    throw error instanceof EffectError ? error : revisionError(error, nameOf(location));
  }
}

async function wholeBody(
  { Body, ContentLength = 0 }: GetObjectCommandOutput,
  location: Location,
  signal: AbortSignal,
): Promise<Buffer> {
  const most = isText(location) ? MOST_APPSPEC_BYTES : MOST_BUNDLE_BYTES;
  const tooLarge = () => invalid(location, `is larger than the ${most} bytes that are read of one`);
  const stream = Body as AsyncIterable<Uint8Array> & { destroy(error?: Error): void };
  const giveUp = () => stream.destroy(new Error("nobody waits for the object any more"));
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    if (ContentLength > most) throw tooLarge();
    for await (const piece of stream) {
      bytes += piece.length;
      if (bytes > most) throw tooLarge();
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

async function appSpecBytes(location: Location, body: Buffer): Promise<Buffer> {
  if (isText(location)) return body;
  try {
    return await appSpecInBundle(body, location.bundleType ?? "");
  } catch (error) {
    if (error instanceof BundleError) throw invalid(location, error.message);
    throw error;
  }
}

function textOf(bytes: Buffer, location: Location): string {
  if (!isUtf8(bytes)) throw invalid(location, "holds an AppSpec that is not UTF-8 text");
  return bytes.toString("utf8");
}

const isText = ({ bundleType }: Location): boolean => bundleType === "YAML" || bundleType === "JSON";

/** S3 quotes it, requests carry it either way. */
const bareETag = (eTag: string | undefined): string | undefined => eTag?.replaceAll('"', "") || undefined;

const invalid = (location: Location, what: string): EffectError =>
  new EffectError("invalid", `${nameOf(location)} ${what}`, false);

/** `The revision s3://builds/shop.zip in version 3 (zip)`, as the subject of a sentence. */
function nameOf({ bucket, key, version, bundleType }: Location): string {
  return `The revision s3://${bucket}/${key}${version ? ` in version ${version}` : ""} (${bundleType})`;
}
