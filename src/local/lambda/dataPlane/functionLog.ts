/**
 * What a function prints, cut into invocations. Output and answer travel on different pipes, so the answer may overtake
 * the last line; our own bootstraps therefore close each invocation's output with a marker, on each stream. Runtimes
 * that know nothing of it get a few milliseconds of silence instead.
 */
import type { Readable } from "node:stream";
import { type Release, wallClock } from "../../../clock.ts";

const TAIL_BYTES = 4096;
/** A marker that does not come (the function closed its output) must not hold up the answer for long. */
const MARKER_PATIENCE_MS = 250;
const SILENCE_MS = 5;

/** `name` is the request id, or `init` before the first invocation. Written by the bootstraps in the same form. */
export const endMarker = (name: string): Buffer => Buffer.from(`\0signalbox:end:${name}\0\n`);

export interface FunctionLog {
  /** Adds a line of the platform's own. */
  write(line: string): void;
  /** Resolves when all output up to the end named so has been read. */
  settled(name: string): Promise<void>;
  /** Takes what was logged since the last call, its last 4 KB. */
  takeTail(): Buffer;
}

/** `framed` says that the process writes end markers on both streams. */
export function functionLog(streams: Readable[], framed: boolean): FunctionLog {
  let tail: Buffer = Buffer.alloc(0);
  let lastOutput = 0;
  const append = (output: Buffer) => {
    if (output.length === 0) return;
    lastOutput = wallClock.elapsedMs();
    tail = Buffer.concat([tail, output]).subarray(-TAIL_BYTES);
  };
  const cutters = streams.map((stream) => markerCutter(stream, append));

  return {
    write: (line) => append(Buffer.from(`${line}\n`)),
    async settled(name) {
      if (framed) await Promise.all(cutters.map((cutter) => cutter.until(endMarker(name))));
      else await silence(() => lastOutput);
    },
    takeTail() {
      const taken = tail;
      tail = Buffer.alloc(0);
      return taken;
    },
  };
}

async function silence(lastOutput: () => number): Promise<void> {
  let since = wallClock.elapsedMs();
  while (wallClock.elapsedMs() - since < SILENCE_MS) {
    await wallClock.pause(SILENCE_MS);
    since = Math.max(since, lastOutput());
  }
}

interface MarkerCutter {
  /** Resolves when the marker has been read, the stream has ended, or patience has. */
  until(marker: Buffer): Promise<void>;
}

/** Passes on what the stream brings, without the markers. */
function markerCutter(stream: Readable, pass: (output: Buffer) => void): MarkerCutter {
  const prefix = Buffer.from("\0signalbox:end:");
  const seen = new Set<string>();
  let pending: Buffer = Buffer.alloc(0);
  let ended = false;
  let waiting: { marker: string; resolve: () => void } | undefined;

  const wake = () => {
    if (!waiting || !(ended || seen.delete(waiting.marker))) return;
    waiting.resolve();
    waiting = undefined;
  };
  stream.on("data", (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (let from = pending.indexOf(prefix); from >= 0; from = pending.indexOf(prefix)) {
      const end = pending.indexOf("\0\n", from + prefix.length);
      if (end < 0) break;
      pass(pending.subarray(0, from));
      seen.add(pending.subarray(from, end + 2).toString());
      pending = pending.subarray(end + 2);
    }
    const keepFrom = markerStart(pending, prefix);
    pass(pending.subarray(0, keepFrom));
    pending = pending.subarray(keepFrom);
    wake();
  });
  const end = () => {
    ended = true;
    pass(pending);
    pending = Buffer.alloc(0);
    wake();
  };
  stream.on("end", end).on("error", end).on("close", end);

  return {
    until(marker) {
      return new Promise((resolve) => {
        const release: Release = wallClock.after(MARKER_PATIENCE_MS, resolve);
        waiting = {
          marker: marker.toString(),
          resolve: () => {
            release();
            resolve();
          },
        };
        wake();
      });
    },
  };
}

/** Where an incomplete marker begins at the end of `output`, or its length. */
function markerStart(output: Buffer, prefix: Buffer): number {
  const last = output.lastIndexOf(0);
  if (last < 0) return output.length;
  const candidate = output.subarray(last, last + prefix.length);
  const isMarker = prefix.subarray(0, candidate.length).equals(candidate) && output.length - last < 128;
  return isMarker ? last : output.length;
}
