/** The request header by which test traffic is told from production's, where a deployment group's tag names one. */

export interface TestHeader {
  name: string;
  /** `null` where any value makes a request one of the test traffic. */
  value: string | null;
}

/** What a tag may say; a command with it needs no care of a shell. */
const TEST_HEADER = /^([A-Za-z0-9._-]{1,40})(?::\s*([A-Za-z0-9 ._:/=+@-]{1,128}))?$/;

/** The header that a tag names: `X-Test`, or with a value `X-Test: yes`; `null` when the text names none. */
export function testHeaderIn(text: string): TestHeader | null {
  const [, name, value = null] = TEST_HEADER.exec(text.trim()) ?? [];
  // Rules have no conditions on it: what they ask of a host is of another kind.
  return name === undefined || name.toLowerCase() === "host" ? null : { name, value };
}
