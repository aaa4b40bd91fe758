/** Where numbers come from: finished runs, the paper, or each beside the other. */
export const NUMBERS = ["runs", "published", "both"] as const;
export type Numbers = (typeof NUMBERS)[number];

/** What files are written: of tables `tex`, `md` and `csv`; of figures `svg`, `pdf` and `png`. */
export const FORMATS = ["tex", "md", "csv", "svg", "pdf", "png"] as const;
export type Format = (typeof FORMATS)[number];
