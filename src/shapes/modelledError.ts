/**
 * An error the service model knows: it goes to the caller as HTTP 400 with its class name as `__type` and its message
 * as it stands. Anything else that is thrown is our own fault and is never shown.
 */
export class ModelledError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** What signalbox does not do yet. It says so, as HTTP 501, and changes nothing: a fake success is worse than an error. */
export class NotBuiltError extends Error {}
