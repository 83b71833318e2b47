/** Shows deployments while they change: drawn over on a terminal that redraws, as lines that only follow anywhere else. */
import type { DeploymentDetail } from "../management/deploymentDetail.ts";
import type { TerminalSettings } from "../settings.ts";
import { happenings } from "./happenings.ts";
import { clip, painter } from "./paint.ts";
import { timeline } from "./timeline.ts";

export interface Output {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  write(text: string): unknown;
}

export interface Presenter {
  /** A deployment, then its rollback if there is one; `notes` are lines to follow them. */
  show(details: readonly DeploymentDetail[], notes: readonly string[]): void;
  /** The last picture, which stays; whatever is written next begins below it. */
  finish(details: readonly DeploymentDetail[], notes: readonly string[]): void;
}

export function presenter(output: Output, { redraws, colour }: TerminalSettings): Presenter {
  return redraws ? redrawing(output, colour) : appending(output, colour);
}

function redrawing(output: Output, colour: boolean): Presenter {
  const paint = painter(colour);
  let drawn = 0;
  let last = "";
  const draw = (details: readonly DeploymentDetail[], notes: readonly string[], most: number) => {
    const { columns = 80 } = output;
    const pictures = details.flatMap((detail, index) => [
      ...(index > 0 ? [""] : []),
      ...timeline(detail, paint, columns),
    ]);
    const all = [...pictures, ...notes].map((line) => clip(line, columns));
    // What has left the screen at the top cannot be drawn over: while it changes, only the end is shown.
    const lines = all.slice(-most);
    const text = lines.map((line) => `${line}\n`).join("");
    if (text === last) return;
    output.write(`${drawn > 0 ? `\u001b[${drawn}A\r` : ""}\u001b[J${text}`);
    drawn = lines.length;
    last = text;
  };
  return {
    show: (details, notes) => draw(details, notes, Math.max(1, (output.rows ?? 24) - 1)),
    finish: (details, notes) => draw(details, notes, Number.MAX_SAFE_INTEGER),
  };
}

function appending(output: Output, colour: boolean): Presenter {
  const paint = painter(colour);
  const told = new Set<string>();
  const show = (details: readonly DeploymentDetail[], notes: readonly string[]) => {
    const found = details.flatMap((detail) => happenings(detail, paint));
    for (const { key, lines } of [...found, ...notes.map((note) => ({ key: `note/${note}`, lines: [note] }))]) {
      if (told.has(key)) continue;
      told.add(key);
      for (const line of lines) output.write(`${line}\n`);
    }
  };
  return { show, finish: show };
}
