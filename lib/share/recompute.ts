import { WovError } from "../errors";
import { hashInId, type Manifest } from "../store/index";
import { openStudy, type Study, shippedProfiles } from "../study/index";

/**
 * The study that a run is part of: that of a given profile, or of one in data/profiles.
 *
 * @throws WovError if a profile was given and has no such run
 */
export function studyOf(root: string, runId: string, profile?: string): Study | undefined {
  const has = (study: Study) => study.layout.steps.some(({ run }) => hashInId(run.id) === hashInId(runId));
  if (profile !== undefined) {
    const study = openStudy(profile, root);
    if (!has(study)) throw new WovError(`--profile ${profile}: its study has no run ${runId}`, 2);
    return study;
  }
  for (const name of shippedProfiles(root)) {
    const study = tryToOpen(name, root);
    if (study && has(study)) return study;
  }
  return undefined;
}

/** A profile may lack its files, such as a benchmark that was not downloaded. */
function tryToOpen(name: string, root: string): Study | undefined {
  try {
    return openStudy(name, root);
  } catch (error) {
    if (error instanceof WovError) return undefined;
    throw error;
  }
}

/** The commands that compute a run again. */
export function recomputeCommands({ code }: Manifest, profile: string | undefined): string {
  return [
    code.commit ? `git checkout ${code.commit}${code.dirty ? "  # files differed from it" : ""}` : undefined,
    "npm run setup",
    `npx wov study --profile ${profile ?? "PROFILE  # the profile of the study"}`,
  ]
    .filter((line) => line !== undefined)
    .join("\n");
}
