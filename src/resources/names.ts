/** The alphabet that names of applications, deployment groups and configurations share (semantics 2.0, 9). */
export const NAME_RULE = "1 to 100 letters, digits and . _ + = , @ -";

export const isName = (name: string): boolean => /^[A-Za-z0-9+=,.@_-]{1,100}$/.test(name);

/** Whether `value` is one of `values`; narrows a string from the wire to the enum. */
export function isOneOf<Value extends string>(values: readonly Value[], value: string | undefined): value is Value {
  return (values as readonly (string | undefined)[]).includes(value);
}
