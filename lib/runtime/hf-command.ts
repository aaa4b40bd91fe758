import type { ConfigOf } from "./config";

/** Where a job finds its inputs, and what it has kept of itself: the dataset's repository and the bucket. */
const INPUTS = "/wov/inputs";
const BUCKET = "/wov/bucket";

/** Labels by which jobs are found again. */
export const LABEL = { kit: "wov", job: "wov-job", attempt: "wov-attempt" } as const;
export const KIT = "words-over-vision";

/** One attempt of a job. */
export interface HfAttempt {
  id: string;
  /** Counted from 1. */
  attempt: number;
  /** The folder of the code, and the commit of the dataset with all that the job reads. */
  code: string;
  oid: string;
}

/** What the Hub is asked to run. Secrets are in `secrets` alone, which the Hub encrypts and does not show again. */
export function jobRequest(
  { id, attempt, code, oid }: HfAttempt,
  config: ConfigOf<"hf-jobs">,
  { repo, bucket, secrets, keepMs }: { repo: string; bucket: string; secrets: Record<string, string>; keepMs: number },
) {
  const given = { id, attempt, code, inputs: INPUTS, bucket: BUCKET, every: keepMs / 1000 };
  return {
    dockerImage: config.image,
    command: ["python3", `${INPUTS}/code/${code}/in_bucket.py`, JSON.stringify(given)],
    // The image's own Python may refuse to be added to.
    environment: {
      WOV_IMAGE: config.image,
      PYTHONUNBUFFERED: "1",
      PIP_BREAK_SYSTEM_PACKAGES: "1",
      PIP_ROOT_USER_ACTION: "ignore",
    },
    secrets,
    flavor: config.flavor as "a100-large", // the client's type lacks some that the Hub has
    timeoutSeconds: Math.ceil(config.hours * 3600), // without it the Hub ends jobs after half an hour
    labels: { [LABEL.kit]: KIT, [LABEL.job]: id, [LABEL.attempt]: `${attempt}` },
    volumes: [
      { source: { type: "dataset" as const, name: repo }, mountPath: INPUTS, revision: oid, readOnly: true },
      // Its root, since a folder that is not there yet cannot be mounted.
      { source: { type: "bucket" as const, name: bucket }, mountPath: BUCKET, readOnly: false },
    ],
  };
}
