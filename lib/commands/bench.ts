import type { Command } from "commander";
import {
  benchAsking,
  benchKill,
  benchLarge,
  benchReading,
  benchScreening,
  benchStorm,
  type ScreeningTimes,
} from "../../test/bench/index";
import { projectRoot } from "../root";

/** What some benchmarks can do besides. */
interface Chosen {
  peers?: boolean;
  large?: boolean;
}

/** `wov bench`: how fast the kit is, measured here and now. */
export function define(command: Command): void {
  const add = (
    name: string,
    what: string,
    measure: (given: Chosen) => Promise<object> | object,
    formatText: (result: never) => string,
  ) =>
    command
      .command(name)
      .description(what)
      .option("--json", "print it as JSON")
      .action(async ({ json, ...given }: { json?: boolean } & Chosen) => {
        const result = await measure(given);
        process.stdout.write(json ? `${JSON.stringify(result, null, 1)}\n` : `${formatText(result as never)}\n`);
      });
  add("read", "time to read a reply, by scorer", () => benchReading(), readingText);
  add(
    "ask",
    "asking an endpoint on this machine, beside a bare loop of fetch; and one that is busy",
    askBoth,
    askingText,
  ).option("--peers", "promptfoo too, which is installed into a cache folder");
  add(
    "screen",
    "screening 31,000 samples, beside Python's datasketch and rensa, which are installed into a cache folder",
    async ({ large }) => ({
      ...(await benchScreening(projectRoot(), true)),
      ...(large && { large: await benchLarge(projectRoot()) }),
    }),
    screeningText,
  ).option("--large", "then 250,000 and a million samples of ours alone");
  add("kill", "an asking process that is killed 30 times", () => benchKill(projectRoot()), killText);
}

const screeningText = (r: ScreeningTimes & { large?: ScreeningTimes[] }) =>
  [r, ...(r.large ?? [])]
    .map(
      (one) =>
        `${one.samples} samples against ${one.items} items: ${one.ms} ms, at most ${one.peakRssMb} MB; ` +
        `${(100 * one.recall).toFixed(2)} % of planted edits and leaks found`,
    )
    .join("\n") +
  `\ndatasketch: ${r.datasketchMs} ms, ${r.datasketchRatio} × ours; rensa: ${r.rensaMs} ms, ${r.rensaRatio} × ours`;

const askBoth = async ({ peers }: { peers?: boolean }) => ({
  ...(await benchAsking(projectRoot(), peers)),
  storm: await benchStorm(projectRoot()),
});

const readingText = (results: ReturnType<typeof benchReading>) =>
  results
    .map((r) => `${r.scorer}: ${r.replies} replies of up to 1 MB; median ${r.medianMs} ms, at most ${r.maxMs} ms`)
    .join("\n");

const askingText = (r: Awaited<ReturnType<typeof askBoth>>) =>
  `${r.requests} requests, ${r.inFlight} in flight, ${r.latencyMs} ms each: ${r.ms} ms, ${r.ratio} × a bare loop of fetch ` +
  `(${r.bareMs} ms); at most ${r.peakRssMb} MB; again, with all answered: ${r.againMs} ms\n` +
  (r.promptfoo ? `promptfoo ${r.promptfoo.version}: ${r.promptfoo.ms} ms, at most ${r.promptfoo.peakRssMb} MB\n` : "") +
  `An endpoint that bears ${r.storm.cap} a second: ${r.storm.perSecond} a second (${(100 * r.storm.share).toFixed(0)} %), ` +
  `${r.storm.refused} refused, ${r.storm.lost} lost, ${r.storm.paidTwice} paid twice`;

const killText = (r: Awaited<ReturnType<typeof benchKill>>) =>
  `${r.kills} kills: ${r.records} of ${r.requests} records, ${r.doubles} double; ${r.paidTwice} replies paid twice, ` +
  `at most ${r.inFlightAtKills} were in flight`;
