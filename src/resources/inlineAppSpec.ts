/** From an inline revision to the AppSpec it holds. */
import { InvalidRevisionException, type RevisionLocation } from "../shapes/codedeploy.ts";
import { AppSpecDocument, AppSpecSyntaxError } from "./appSpecDocument.ts";
import { type LambdaAppSpec, readLambdaAppSpec } from "./lambdaAppSpec.ts";
import { inlineContent } from "./revision.ts";

/** The AppSpec, or what is wrong with it. Text that is neither YAML nor JSON is an InvalidRevisionException. */
export function readInlineAppSpec(location: RevisionLocation): LambdaAppSpec | { problem: string } {
  const content = inlineContent(location);
  if (content === undefined) {
    throw new InvalidRevisionException("The revision is not valid: only its digest is known; send its content as well");
  }
  try {
    return readLambdaAppSpec(new AppSpecDocument(content));
  } catch (error) {
    if (error instanceof AppSpecSyntaxError) {
      throw new InvalidRevisionException(`The AppSpec is neither valid YAML nor valid JSON: ${error.message}`);
    }
    throw error;
  }
}
