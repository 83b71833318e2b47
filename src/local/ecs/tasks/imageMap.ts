/** What runs in place of an image: a folder with a command, by a file of the user's or by `file:///folder`. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

export interface MappedImage {
  /** The folder that stands for the image's files. */
  folder: string | undefined;
  /** What the image itself would run; a container definition may say something else. */
  entryPoint: string[];
  command: string[];
  environment: Record<string, string>;
}

/** By the image's name, with its tag or without. */
export type ImageMap = Record<string, MappedImage>;

/** A container of a task definition that was written for no image at all. */
const NO_IMAGE = "local/process";

/** What stands for the image; `undefined` where nothing does. */
export function mappedImage(images: ImageMap, image: string): MappedImage | undefined {
  const found = [image, image.replace(/@[^/]*$/, ""), image.replace(/[:@][^/]*$/, "")].find((name) =>
    Object.hasOwn(images, name),
  );
  if (found !== undefined) return images[found];
  const plain = { entryPoint: [], command: [], environment: {} };
  if (image === NO_IMAGE) return { ...plain, folder: undefined };
  if (!image.startsWith("file:///")) return undefined;
  try {
    return { ...plain, folder: fileURLToPath(image) };
  } catch {
    return undefined;
  }
}

/**
 * Reads the map of a file that was parsed already: names, each with a `folder`, an `entryPoint`, a `command` and an
 * `environment`, all of which may be missing. Folders are seen from `base`. Throws an Error that names the place.
 */
export function readImageMap(document: unknown, base: string): ImageMap {
  const entries = Object.entries(objectAt(document, "The file"));
  return Object.fromEntries(
    entries.map(([image, value]) => {
      const { folder, entryPoint, command, environment, ...others } = objectAt(value, image);
      const [unknown] = Object.keys(others);
      if (unknown !== undefined) throw new Error(`${image} has ${unknown}, which is not known`);
      if (folder !== undefined && typeof folder !== "string") throw new Error(`${image}: folder must be a text`);
      const variables = Object.entries(objectAt(environment ?? {}, `${image}: environment`));
      return [
        image,
        {
          folder: folder === undefined ? undefined : resolve(base, folder),
          entryPoint: texts(entryPoint, `${image}: entryPoint`),
          command: texts(command, `${image}: command`),
          environment: Object.fromEntries(variables.map(([name, value]) => [name, textOf(value, `${image}: ${name}`)])),
        },
      ];
    }),
  );
}

function objectAt(value: unknown, place: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`${place} must have members`);
}

/** YAML reads numbers and booleans where a text is meant. */
function textOf(value: unknown, place: string): string {
  if (["string", "number", "boolean"].includes(typeof value)) return String(value);
  throw new Error(`${place} must be a text`);
}

function texts(value: unknown, place: string): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((text) => typeof text === "string")) return value;
  throw new Error(`${place} must be a list of texts`);
}
