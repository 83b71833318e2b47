/** Errors of CloudWatch: their Query code, which clients show, and their shape's name, which JSON carries. */

const SHAPES = {
  InvalidFormat: ["InvalidFormatFault", 400],
  InvalidNextToken: ["InvalidNextToken", 400],
  InvalidParameterCombination: ["InvalidParameterCombinationException", 400],
  InvalidParameterValue: ["InvalidParameterValueException", 400],
  LimitExceeded: ["LimitExceededFault", 400],
  MissingParameter: ["MissingRequiredParameterException", 400],
  NotImplementedException: ["NotImplementedException", 501],
  ResourceNotFound: ["ResourceNotFound", 404],
  ResourceNotFoundException: ["ResourceNotFoundException", 404],
  InvalidAction: ["UnknownOperationException", 400],
  ValidationError: ["ValidationError", 400],
} as const;

export type CloudWatchCode = keyof typeof SHAPES;

export class CloudWatchError extends Error {
  /** As Query writes it and clients show it. */
  readonly code: CloudWatchCode;

  constructor(code: CloudWatchCode, message: string) {
    super(message);
    this.code = code;
  }

  /** The name that JSON carries as `__type`. */
  get shape(): string {
    return SHAPES[this.code][0];
  }

  get status(): number {
    return SHAPES[this.code][1];
  }
}

/** What is not built says so. */
export const notBuilt = (what: string): CloudWatchError =>
  new CloudWatchError("NotImplementedException", `${what} is not supported by signalbox`);
