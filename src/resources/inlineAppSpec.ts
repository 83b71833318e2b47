/** From an inline revision to the AppSpec it holds. */
import { InvalidRevisionException, type RevisionLocation } from "../shapes/codedeploy.ts";
import { AppSpecSyntaxError, orSyntaxError } from "./appSpecDocument.ts";
import { inlineContent } from "./revision.ts";

/** The AppSpec as `read` has it. Text that is neither YAML nor JSON is an InvalidRevisionException. */
export function readInlineAppSpec<Read>(location: RevisionLocation, read: (text: string) => Read): Read {
  const content = inlineContent(location);
  if (content === undefined) {
    throw new InvalidRevisionException("The revision is not valid: only its digest is known; send its content as well");
  }
  const appSpec = orSyntaxError(() => read(content));
  if (!(appSpec instanceof AppSpecSyntaxError)) return appSpec;
  throw new InvalidRevisionException(`The AppSpec is neither valid YAML nor valid JSON: ${appSpec.message}`);
}
