/** Default thresholds, for texts as large models write them; drawn scenes need stricter ones. */
export const THRESHOLDS = { duplicate: 0.7, contamination: 0.5, contaminationOptions: 0.5 };
