/** Colours, or none. */
import { stripVTControlCharacters, styleText } from "node:util";

export type Tone = "good" | "bad" | "busy" | "faint" | "strong";
export type Paint = (tone: Tone, text: string) => string;

const formats = { good: "green", bad: "red", busy: "yellow", faint: "gray", strong: "bold" } as const;

export function painter(colour: boolean): Paint {
  if (!colour) return (_tone, text) => text;
  return (tone, text) => (text === "" ? "" : styleText(formats[tone], text, { validateStream: false }));
}

export function toneOf(status: string): Tone {
  if (status === "Succeeded") return "good";
  if (status === "Failed" || status === "Stopped") return "bad";
  return status === "InProgress" || status === "Created" ? "busy" : "faint";
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the one that begins a colour
const COLOUR = /(\u001b\[[0-9;]*m)/;
const RESET = "\u001b[0m";

/** The line cut to `columns`, so that a terminal does not wrap it. Wide characters take two. */
export function clip(line: string, columns: number): string {
  if (width(stripVTControlCharacters(line)) <= columns) return line;
  let room = columns - 1;
  let clipped = "";
  for (const part of line.split(COLOUR)) {
    if (COLOUR.test(part)) {
      clipped += part;
      continue;
    }
    for (const character of part) {
      room -= width(character);
      if (room < 0) return `${clipped}…${line.includes(RESET[0] ?? "") ? RESET : ""}`;
      clipped += character;
    }
  }
  return clipped;
}

function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += (character.codePointAt(0) ?? 0) < 0x1100 ? 1 : wide(character);
  return columns;
}

/** Punctuation, arrows, bars and marks up to U+2E7F take one column; what follows mostly two. */
const wide = (character: string): number => ((character.codePointAt(0) ?? 0) < 0x2e80 ? 1 : 2);
