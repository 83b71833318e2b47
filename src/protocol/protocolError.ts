/** A request that is wrong before any operation is asked: the caller's fault, in AWS's words. */
export class ProtocolError extends Error {
  readonly status: number;
  /** What goes to the caller as `__type`. */
  readonly code: string;

  /** `status` is the HTTP status, 400 to 499, or 501 for what is not built. */
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A fault of our own as the log has it: everything that is known. */
export function faultText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
