import { readFileSync } from "node:fs";
import { type KnownText, screenFile, type Thresholds } from "../../lib/screen/index";

/** What the worker measured. */
export interface Screening {
  ms: number;
  peakRssMb: number;
  /** Ids of the rejected. */
  rejected: string[];
}

/** A process of its own, so that its memory is that of the screening alone. */
async function main(): Promise<void> {
  const given = JSON.parse(process.argv[2]!) as { file: string; known: string; thresholds: Thresholds };
  const started = performance.now();
  const lines = readFileSync(given.known, "utf8").trimEnd().split("\n");
  const known = lines.map((line): KnownText => {
    const { id, situation, options } = JSON.parse(line);
    return { name: id, from: "known", situations: [situation], options };
  });
  const report = await screenFile({ file: given.file, known, thresholds: given.thresholds });
  JSON.stringify(report);
  const ms = Math.round(performance.now() - started);
  const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  process.send!({ ms, peakRssMb, rejected: report.rejected.map(({ id }) => id) } satisfies Screening, () =>
    process.exit(0),
  );
}

void main();
