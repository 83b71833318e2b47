/**
 * `LifecycleEventHookExecutionId`: what it is for is sealed inside it, and outside it looks like the real one, base64 of
 * a JSON object of three members (semantics 1.4).
 */
import { type CipherKey, createCipheriv, createDecipheriv, createHash, createHmac } from "node:crypto";

/** What an id stands for. The same binding always has the same id, so a repeated invocation carries the same one. */
export interface HookExecutionBinding {
  deploymentId: string;
  targetId: string;
  lifecycleEvent: string;
}

/** What an id proves: the target only as a digest, so that every id has the same length. */
export interface OpenedHookExecutionId {
  deploymentId: string;
  lifecycleEvent: string;
  isOfTarget(targetId: string): boolean;
}

/** Makes the ids, and knows them again. */
export interface HookExecutionIds {
  seal(binding: HookExecutionBinding): string;
  /** `null` for anything that it has not sealed, to the letter. */
  open(id: string): OpenedHookExecutionId | null;
}

/** `key` has 32 bytes; a KeyObject spares their conversion at each call. */
export function sealedHookExecutionIds(key: CipherKey): HookExecutionIds {
  return { seal: (binding) => sealHookExecutionId(key, binding), open: (id) => openHookExecutionId(key, id) };
}

const ALGORITHM = "aes-256-gcm";
/** Long enough for every binding, and what makes an id as long as the real service's, about 288 characters. */
const PLAIN_BYTES = 86;

/** `key` has 32 bytes; a KeyObject spares their conversion at each call. */
export function sealHookExecutionId(key: CipherKey, binding: HookExecutionBinding): string {
  const plain = [binding.deploymentId, binding.lifecycleEvent, targetDigest(binding.targetId)].join("\n");
  return sealText(key, plain.padEnd(PLAIN_BYTES, " "));
}

function sealText(key: CipherKey, text: string): string {
  const padded = Buffer.from(text, "utf8");
  const iv = createHmac("sha256", key).update(padded).digest().subarray(0, 12);
  const cipher = createCipheriv(ALGORITHM, key, iv);
  const sealed = Buffer.concat([cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
  const outside = {
    encryptedData: sealed.toString("base64"),
    ivParameterSpec: iv.toString("base64"),
    materialSetSerial: 1,
  };
  return Buffer.from(JSON.stringify(outside), "utf8").toString("base64");
}

/** `null` for anything that this key did not seal, to the letter: base64 alone would let some letters be changed. */
export function openHookExecutionId(key: CipherKey, id: string): OpenedHookExecutionId | null {
  try {
    const { encryptedData, ivParameterSpec } = JSON.parse(Buffer.from(id, "base64").toString("utf8"));
    const sealed = Buffer.from(encryptedData, "base64");
    const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(ivParameterSpec, "base64"), { authTagLength: 16 });
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString("utf8");
    if (sealText(key, plain) !== id) return null;
    const [deploymentId = "", lifecycleEvent = "", digest = ""] = plain.trimEnd().split("\n");
    return { deploymentId, lifecycleEvent, isOfTarget: (targetId) => targetDigest(targetId) === digest };
  } catch {
    return null;
  }
}

function targetDigest(targetId: string): string {
  return createHash("sha256").update(targetId).digest("hex").slice(0, 32);
}
