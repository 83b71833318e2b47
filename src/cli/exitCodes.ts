/** How commands end: each with a code that scripts can tell apart, as sysexits.h numbers them above 63. */

export const exitCodes = {
  succeeded: 0,
  failed: 1,
  rolledBack: 2,
  usage: 64,
  /** A recording that `replay` cannot play. */
  unplayable: 65,
  unknownDeployment: 66,
  unreachable: 69,
  /** What `serve`, `export` and `import` end with when the data folder cannot be used, or the disk failed it. */
  storage: 74,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The end of a command that could not do its work; the message is one sentence for the person who gave it. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
