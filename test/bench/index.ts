import type { benchAsking, benchKill, benchStorm } from "./ask";
import type { benchReading } from "./read";
import type { ScheduleTimes } from "./schedule";
import type { ScreeningTimes } from "./screen";

/** A benchmark of the kit: what it measures, and its result as data and as text. */
interface Benchmark {
  description: string;
  /** What it can do besides. */
  option?: [flags: string, description: string];
  run(
    root: string,
    chosen: { peers?: boolean; large?: boolean; gpu?: boolean },
  ): Promise<{ result: object; text: string }>;
}

/** Our figures beside those of a peer, each in one run. */
export const benchmarks: Record<string, Benchmark> = {
  read: {
    description: "time to read a reply, by scorer",
    async run() {
      const result = (await import("./read")).benchReading();
      return { result, text: readingText(result) };
    },
  },
  extractors: {
    description: "how the scorers read hand-written replies, beside the extractors of other kits (installed first)",
    async run(root) {
      const { benchExtractors, extractorsText } = await import("./extractors");
      const result = await benchExtractors(root);
      return { result, text: extractorsText(result) };
    },
  },
  ask: {
    description: "ask a local endpoint, beside a bare fetch loop, and a busy one",
    option: ["--peers", "promptfoo too, which is installed into a cache folder"],
    async run(root, { peers }) {
      const { benchAsking, benchStorm } = await import("./ask");
      const result = { ...(await benchAsking(root, peers)), storm: await benchStorm(root) };
      return { result, text: askingText(result) };
    },
  },
  screen: {
    description: "screen 31,000 samples, beside datasketch and rensa (installed first)",
    option: ["--large", "then 250,000 and a million samples of ours alone"],
    async run(root, { large }) {
      const { benchLarge, benchScreening } = await import("./screen");
      const result = { ...(await benchScreening(root, true)), ...(large && { large: await benchLarge(root) }) };
      return { result, text: screeningText(result) };
    },
  },
  report: {
    description: "first paint and filters of a large report, in Chromium",
    async run(root) {
      const { measureReport, reportTimesText } = await import("./report");
      const result = await measureReport(root);
      return { result, text: reportTimesText(result) };
    },
  },
  kill: {
    description: "kill a process that asks 30 times, and count what is lost",
    async run(root) {
      const result = await (await import("./ask")).benchKill(root);
      return { result, text: killText(result) };
    },
  },
  schedule: {
    description: "simulate 10,000 steps on 64 workers, of which some are lost, and plan as many",
    async run(root) {
      const result = await (await import("./schedule")).benchSchedule(root);
      return { result, text: scheduleText(result) };
    },
  },
  train: modelBenchmark("train", "LoRA on the tiny models, beside TRL's trainer and the authors' recipe"),
  predict: modelBenchmark("predict", "answers about pictures by the tiny models, beside a plain loop"),
};

/** Training or prediction; the results are also kept in a file. */
function modelBenchmark(bench: "train" | "predict", description: string): Benchmark {
  return {
    description,
    option: ["--gpu", "models of the paper's size instead, with random weights: needs a GPU"],
    async run(root, { gpu }) {
      const { benchModels, modelsText } = await import("./models");
      const result = await benchModels(root, bench, gpu);
      return { result, text: modelsText(result) };
    },
  };
}

const readingText = (results: ReturnType<typeof benchReading>) =>
  results
    .map((r) => `${r.scorer}: ${r.replies} replies of up to 1 MB; median ${r.medianMs} ms, at most ${r.maxMs} ms`)
    .join("\n");

type Asking = Awaited<ReturnType<typeof benchAsking>> & { storm: Awaited<ReturnType<typeof benchStorm>> };

const askingText = (r: Asking) =>
  `${r.requests} requests, ${r.inFlight} in flight, ${r.latencyMs} ms each: ${r.ms} ms, ${r.ratio} × a bare loop of fetch ` +
  `(${r.bareMs} ms); at most ${r.peakRssMb} MB; again, with all answered: ${r.againMs} ms\n` +
  (r.promptfoo ? `promptfoo ${r.promptfoo.version}: ${r.promptfoo.ms} ms, at most ${r.promptfoo.peakRssMb} MB\n` : "") +
  `An endpoint with a limit of ${r.storm.cap} per second: ${r.storm.perSecond} per second ` +
  `(${(100 * r.storm.share).toFixed(0)} %), ${r.storm.refused} refused, ${r.storm.lost} lost, ${r.storm.paidTwice} paid twice`;

const screeningText = (r: ScreeningTimes & { large?: ScreeningTimes[] }) =>
  [r, ...(r.large ?? [])]
    .map(
      (one) =>
        `${one.samples} samples against ${one.items} items: ${one.ms} ms, at most ${one.peakRssMb} MB; ` +
        `${(100 * one.recall).toFixed(2)} % of planted edits and contamination found`,
    )
    .join("\n") +
  `\ndatasketch: ${r.datasketchMs} ms, ${r.datasketchRatio} × ours; rensa: ${r.rensaMs} ms, ${r.rensaRatio} × ours`;

const killText = (r: Awaited<ReturnType<typeof benchKill>>) =>
  `${r.kills} kills: ${r.records} of ${r.requests} records, ${r.doubles} double; ${r.paidTwice} replies paid twice, ` +
  `at most ${r.inFlightAtKills} were in flight`;

const hours = (seconds: number) => `${(seconds / 3600).toFixed(1)} h`;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

const scheduleText = ({ large, paper, card, planning }: ScheduleTimes) =>
  `${large.steps} simulated steps in ${large.jobs} jobs on ${large.workers} workers, ${percent(large.lossRate)} of the ` +
  `attempts lost (${large.losses}), ${large.commands} ${large.commands > 1 ? "commands" : "command"}: ` +
  `${hours(large.makespan)}, ${large.ratio} × the lower bound (${hours(large.bound)})\n` +
  `  time of workers: tasks ${percent(large.shares.tasks)}, starts ${percent(large.shares.starts)}, ` +
  `losses ${percent(large.shares.losses)}, idle ${percent(large.shares.idle)}\n` +
  `  scheduling took ${large.ms} ms, at most ${large.peakRssMb} MB\n` +
  `  lower bound: what was done, what was lost and done again, and one start per worker, divided by the workers; or the ` +
  "longest chain, or what cannot begin before some moment, if that is longer\n" +
  paper
    .map(
      ({ workers, mode, steps, makespan, bound, ratio }) =>
        `the paper's grid, ${steps} steps as planned for ${workers} × ${card}, GPT-4o ${mode}: ${hours(makespan)}, ` +
        `${ratio} × the lower bound (${hours(bound)})\n`,
    )
    .join("") +
  `planning ${planning.steps} steps: ${planning.ms} ms, at most ${planning.peakRssMb} MB`;
