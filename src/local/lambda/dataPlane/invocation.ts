/** One invocation: what goes into an execution environment and what comes out of it. */

export interface Invocation {
  requestId: string;
  payload: Buffer;
  invokedArn: string;
  clientContext: string | undefined;
}

/** How an invocation ended, as the caller of Invoke learns it. */
export interface InvocationOutcome {
  /** A failure of the function or of its runtime; undefined when the handler returned. */
  functionError: "Handled" | "Unhandled" | undefined;
  payload: Buffer;
  /** The last 4 KB of the log of this invocation, platform lines included. */
  logTail: Buffer;
  /** How long the function worked on it, in real milliseconds. */
  durationMs: number;
}

/** A failure in the words of the Lambda platform. */
export interface PlatformError {
  errorType: string;
  errorMessage: string;
}

/** Largest payload of a synchronous invocation and of an answer (with AWS's allowance for its envelope). */
export const REQUEST_LIMIT_BYTES = 6_291_456;
export const RESPONSE_LIMIT_BYTES = 6_291_556;
export const EVENT_LIMIT_BYTES = 1_048_576;

export const responseTooLarge: PlatformError = {
  errorType: "Function.ResponseSizeTooLarge",
  errorMessage: `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`,
};

/** The text AWS has for a runtime process that ended by itself, or was killed by someone else. */
export function exitReason(code: number | null, signal: string | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNALS[signal] ?? signal.toLowerCase()}`;
  return code === 0 || code === null
    ? "Runtime exited without providing a reason"
    : `Runtime exited with error: exit status ${code}`;
}

const SIGNALS: Record<string, string> = {
  SIGABRT: "aborted",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};
