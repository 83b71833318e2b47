/** The small languages inside a permission of a server AppSpec, as the host agent reads them (semantics 6.1). */

/** What the agent makes of a text, or what it says instead, and what it should have been. */
export type Parsed<Value> = { value: Value } | { agentMessage: string; allowed: string };

const TYPES: Readonly<Record<string, string>> = {
  u: "user",
  user: "user",
  g: "group",
  group: "group",
  m: "mask",
  mask: "mask",
  o: "other",
  other: "other",
};
const BASE_MESSAGE =
  "The deployment failed because of a problem with the acls permission settings in the application specification file.";
const UPDATE = "Update the permissions section of the AppSpec file, and then try again.";
const ACL_ALLOWED = "[default:][user|group|mask]:[name]:rwx";
const RANGE_ALLOWED = "s0, s0-s3 or s0-s3:c0.c7,c13";
const HIGHEST_CATEGORY = 1023;

/** One to four octal digits, filled up to three. */
export function parseMode(text: string): Parsed<string> {
  const allowed = "one to four octal digits, such as 644 or 4755";
  const mode = text.padStart(3, "0");
  if (mode.length > 4) {
    const agentMessage = `The deployment failed because the length of a permissions mode (${mode}) in the application specification file is invalid. Permissions modes must be between one and four characters long. ${UPDATE}`;
    return { agentMessage, allowed };
  }
  const wrong = [...mode].find((character) => !/[0-7]/.test(character));
  if (wrong === undefined) return { value: mode };
  const agentMessage = `The deployment failed because the permissions mode (${mode}) in the application specification file contains an invalid character (${wrong}). ${UPDATE}`;
  return { agentMessage, allowed };
}

/** `[default:][type:][name]:permissions`, answered in full: `default:user:bob:rw-`. */
export function parseAccess(entry: string): Parsed<string> {
  const invalid = { agentMessage: `${BASE_MESSAGE} Invalid acl entry (${entry}).`, allowed: ACL_ALLOWED };
  const parts = entry.split(":").reverse();
  const [permissions = "", middle = "", third, fourth] = parts;
  if (parts.length < 2 || parts.length > 4) return invalid;
  if (fourth !== undefined && !isDefault(fourth)) return invalid;
  if (third !== undefined && isDefault(third) && fourth !== undefined) return invalid;
  const byDefault = fourth !== undefined || (third !== undefined && isDefault(third));
  let type = third === undefined || isDefault(third) ? undefined : TYPES[third];
  if (third !== undefined && !isDefault(third) && type === undefined) return invalid;
  let name = middle;
  if (TYPES[middle] === "mask" || TYPES[middle] === "other") {
    // Without a type the word is the type; with one it is a name.
    name = type === undefined ? "" : (TYPES[middle] ?? middle);
    type ??= TYPES[middle];
  }
  type ??= "user";
  if ((type === "mask" || type === "other") && name !== "") return invalid;
  if (!byDefault && type !== "mask" && name === "") {
    const agentMessage = `${BASE_MESSAGE} Use mode to set the base acl entry (${entry}). ${UPDATE}`;
    return { agentMessage, allowed: "an entry with the name of a user or group" };
  }
  const bits = accessBits(permissions);
  if (typeof bits === "string") return { value: `${byDefault ? "default:" : ""}${type}:${name}:${bits}` };
  const agentMessage = `The deployment failed because the access control list (ACL) named ${entry} in the application specification file contains an invalid character (${bits.wrong}). Correct the ACL in the hooks section of the AppSpec file, and then try again.`;
  return { agentMessage, allowed: "r, w, x and -, or a digit from 0 to 7" };
}

const isDefault = (part: string) => part === "d" || part === "default";

function accessBits(permissions: string): string | { wrong: string } {
  const digit = /^[0-7]$/.test(permissions) ? Number(permissions) : undefined;
  const wrong = digit === undefined ? [...permissions].find((character) => !"rwx-".includes(character)) : undefined;
  if (wrong !== undefined) return { wrong };
  const has = (letter: string, bit: number) =>
    (digit === undefined ? permissions.includes(letter) : (digit & bit) !== 0) ? letter : "-";
  return has("r", 4) + has("w", 2) + has("x", 1);
}

/** An SELinux range: `s#[-s#][:c#[.c#][,…]]`. */
export function parseRange(range: string): Parsed<string> {
  const problem = rangeProblem(range);
  return problem === undefined ? { value: range } : { agentMessage: problem, allowed: RANGE_ALLOWED };
}

function rangeProblem(range: string): string | undefined {
  const halves = halvesAt(range, ":");
  if (!halves) return `invalid range part ${range}`;
  const [levels = "", categories] = halves;
  const sensitivities = halvesAt(levels, "-");
  if (!sensitivities) return `invalid range part ${levels}`;
  const wrong = sensitivities.find((level) => !/^s[0-9]+$/.test(level));
  if (wrong !== undefined) return `invalid sensitivity ${wrong}`;
  const [low = 0, high = low] = sensitivities.map((level) => Number(level.slice(1)));
  if (high < low) {
    return `The deployment failed because of a problem with the SELinux range specified (${range}) for the context parameter in the permissions section of the application specification file. Make corrections in the permissions section of the AppSpec file, and then try again.`;
  }
  return categories === undefined ? undefined : categoriesProblem(categories);
}

function categoriesProblem(text: string): string | undefined {
  const parts = text.split(",");
  // Ruby's split leaves out what is empty at the end.
  while (parts.at(-1) === "") parts.pop();
  const seen = new Set<number>();
  let twice = false;
  for (const part of parts) {
    const ends = part.includes(".") ? halvesAt(part, ".") : [part];
    if (!ends) return `invalid range part ${part}`;
    const wrong = ends.find((end) => !/^c[0-9]+$/.test(end) || Number(end.slice(1)) > HIGHEST_CATEGORY);
    if (wrong !== undefined) return `invalid category ${wrong}`;
    const [low = 0, high = low] = ends.map((end) => Number(end.slice(1)));
    if (high < low) return `invalid category range ${part}`;
    for (let category = low; category <= high && !twice; category += 1) {
      twice = seen.has(category);
      seen.add(category);
    }
  }
  return twice ? "duplicate categories" : undefined;
}

/** The parts before and after the first separator, or the whole; nothing where a part is empty. */
function halvesAt(text: string, separator: string): string[] | undefined {
  const at = text.indexOf(separator);
  const parts = at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
  return parts.includes("") ? undefined : parts;
}
