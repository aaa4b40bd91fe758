import { basename, join } from "node:path";

/** The folder of a profile's report, in the project: that of its file, so that a copy has one of its own. */
export const reportFolder = (profile = "pocket"): string => join("report", basename(profile).replace(/\.ya?ml$/, ""));
