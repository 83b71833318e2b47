/** PublishVersion and what lists versions. */
import { invalid, renderConfiguration, sameContent } from "./functionConfiguration.ts";
import { type FunctionVersion, requireFunction } from "./functionStore.ts";
import { parseMembers, readString } from "./members.ts";
import { type FunctionId, requireUnqualified } from "./names.ts";
import { type Control, namedFunction, type Operation, page, requireRevision } from "./operation.ts";

/** Writes the version and answers it; to be called inside the transaction that writes `$LATEST`, if any. */
type Publication = (id: FunctionId, description: string | undefined) => FunctionVersion;

/**
 * Does the slow part of publishing `latest` (a local folder is copied), so that the rest is one transaction. When the
 * newest version has the same code and settings, that one is the answer and nothing is written.
 */
export async function preparePublication(control: Control, latest: FunctionVersion): Promise<Publication> {
  const { store, code, ids, clock } = control;
  const frozen = latest.code.kind === "folder" ? await code.snapshotFolder(latest.code.path) : undefined;
  return (id, description) => {
    const found = requireFunction(store, id);
    const newest = store.findVersion(id, `${found.nextVersion - 1}`);
    const version: FunctionVersion = {
      ...latest,
      ...frozen,
      version: `${found.nextVersion}`,
      description: description ?? latest.description,
      revisionId: ids.uuid(),
      lastModified: clock.now(),
    };
    if (newest && sameContent(newest, version)) return newest;
    store.together(() => {
      store.putVersion(id, version);
      store.put(id, { ...found, nextVersion: found.nextVersion + 1 });
    });
    return version;
  };
}

export const publishVersion: Operation = async (control, request) => {
  const { store } = control;
  const id = namedFunction(request);
  requireUnqualified(id);
  const input = parseMembers(request.body);
  const revision = readString(input, "RevisionId");
  const expected = readString(input, "CodeSha256");
  const before = requireFunction(store, id).latest;
  const { codeSha256 } = before.code.kind === "folder" ? await control.code.describeFolder(before.code.path) : before;
  if (expected !== undefined && expected !== "" && expected !== codeSha256) {
    throw invalid(
      `CodeSHA256 (${expected}) is different from current CodeSHA256 in $LATEST (${codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
  }
  requireRevision(revision, before.revisionId);
  const commit = await preparePublication(control, before);
  // Copying a folder takes time: what the caller wanted to publish may have been replaced meanwhile.
  requireRevision(revision, requireFunction(store, id).latest.revisionId);
  const version = commit(id, readString(input, "Description"));
  return { status: 201, body: renderConfiguration(id, version, true) };
};

export const listVersionsByFunction: Operation = ({ store }, request) => {
  const id = namedFunction(request);
  requireUnqualified(id);
  const found = requireFunction(store, id);
  const rows = [found.latest, ...store.versions(id)].map((version) => renderConfiguration(id, version, true));
  const { items, marker } = page(rows, request.query, 50);
  return { status: 200, body: { Versions: items, ...marker } };
};
