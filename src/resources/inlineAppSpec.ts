/** From an inline revision to the AppSpec it holds. */
import { InvalidRevisionException, type RevisionLocation } from "../shapes/codedeploy.ts";
import { AppSpecSyntaxError } from "./appSpecDocument.ts";
import { inlineContent } from "./revision.ts";

/** The AppSpec as `read` has it. Text that is neither YAML nor JSON is an InvalidRevisionException. */
export function readInlineAppSpec<Read>(location: RevisionLocation, read: (text: string) => Read): Read {
  const content = inlineContent(location);
  if (content === undefined) {
    throw new InvalidRevisionException("The revision is not valid: only its digest is known; send its content as well");
  }
  try {
    return read(content);
  } catch (error) {
    if (error instanceof AppSpecSyntaxError) {
      throw new InvalidRevisionException(`The AppSpec is neither valid YAML nor valid JSON: ${error.message}`);
    }
    throw error;
  }
}
