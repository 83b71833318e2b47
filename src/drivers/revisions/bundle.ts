/** The AppSpec in a bundle. A bundle is hostile until proven otherwise: it is only looked through, in memory. */
import { openTar } from "./tarBundle.ts";
import { openZip } from "./zipBundle.ts";

/** Why a bundle cannot be used: the end of a sentence that begins with its name. */
export class BundleError extends Error {}

export interface BundleEntry {
  /** As it stands in the bundle. */
  path: string;
  isFile: boolean;
  /** Bytes, unpacked. */
  size: number;
}

export interface Bundle {
  entries: BundleEntry[];
  /** The content of the entry at that place of `entries`. */
  read(index: number): Promise<Buffer>;
}

export const MOST_APPSPEC_BYTES = 256 * 1024;
/** Of the bundle as it lies in S3. */
export const MOST_BUNDLE_BYTES = 50 * 2 ** 20;
/** Of what it unpacks to. */
export const MOST_UNPACKED_BYTES = 250 * 2 ** 20;
export const MOST_ENTRIES = 50_000;

const NAMES = ["appspec.yaml", "appspec.yml", "appspec.json"];
/** What the archiver of macOS adds. */
const ADDED = "__MACOSX";

/**
 * The one AppSpec at the root of the bundle or, when everything in it is in one folder, of that folder (semantics 11
 * #55). Throws BundleError for one that cannot be read, has none, or several.
 */
export async function appSpecInBundle(body: Buffer, bundleType: string): Promise<Buffer> {
  const bundle = await open(body, bundleType);
  const index = chooseAppSpec(bundle.entries);
  const size = bundle.entries[index]?.size ?? 0;
  if (size > MOST_APPSPEC_BYTES) {
    throw new BundleError(`holds an AppSpec of ${size} bytes; it may have ${MOST_APPSPEC_BYTES}`);
  }
  return bundle.read(index);
}

function open(body: Buffer, bundleType: string): Promise<Bundle> {
  switch (bundleType) {
    case "zip":
      return openZip(body);
    case "tar":
    case "tgz":
      return openTar(body, bundleType);
    default:
      throw new BundleError(`is of a type that is not known`);
  }
}

/** The place of the AppSpec in the list. */
export function chooseAppSpec(entries: readonly BundleEntry[]): number {
  const found = entries
    .map(({ path, isFile }, index) => ({ parts: partsOf(path), isFile, index }))
    .filter(({ parts }) => parts.length > 0 && parts[0] !== ADDED);
  const appSpecs = (depth: number) =>
    found.filter(({ parts, isFile }) => isFile && parts.length === depth && NAMES.includes(parts.at(-1) ?? ""));
  const oneFolder = new Set(found.map(({ parts }) => parts[0])).size === 1;
  const atRoot = appSpecs(1);
  const chosen = atRoot.length === 0 && oneFolder ? appSpecs(2) : atRoot;
  const [first, second] = chosen;
  if (!first) throw new BundleError("holds no appspec.yaml, appspec.yml or appspec.json at its root");
  if (!second) return first.index;
  const names = chosen.slice(0, 5).map(({ parts }) => parts.join("/"));
  throw new BundleError(`holds ${chosen.length} AppSpecs, ${names.join(" and ")}; it must hold exactly one`);
}

function partsOf(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") || parts.includes("..")) throw new BundleError("holds a path that leads out of it");
  return parts;
}
