import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readers } from "../../lib/answers/index";
import type { Option } from "../../lib/benchmark/index";
import { venvProgram } from "../../lib/process";
import * as firstSight from "../answers/first-sight-replies";
import { fireOptions, heldOutReplies } from "../answers/held-out-replies";
import { busOptions, lateReplies } from "../answers/late-replies";
import { options, replies } from "../answers/replies";

/** Three evaluation kits, from PyPI. VLMEvalKit itself is not there; ms-vlmeval is ModelScope's package of it. */
const PEERS = ["lm_eval==0.4.13", "lmms_eval==0.7.3", "ms-vlmeval==0.0.20"];

/** A reply, and the letter that a careful person reads in it; null where no single choice is stated. */
interface Item {
  reply: string;
  of: readonly Option[];
  stated: string | null;
}
/** What an extractor reads: per reply a letter, "guess" for one drawn at random, or null. */
type Read = (string | null)[];

const toItems = (table: typeof replies, of: readonly Option[]): Item[] =>
  table.map(([reply, stated]) => ({ reply, of, stated }));
const tables: Record<string, Item[]> = {
  "of the reader's own tables": toItems(replies, options),
  "of a table that was written before the reader was looked at, and improved on": toItems(heldOutReplies, fireOptions),
  "of a table that was written after the reader, and improved on": toItems(lateReplies, busOptions),
  "of a table that was written by somebody who had not seen the reader": toItems(
    firstSight.replies,
    firstSight.options,
  ),
};

/** How many replies each extractor reads in which way. */
export interface Readings {
  table: string;
  replies: number;
  /** Of the replies, those that state a choice. */
  withChoice: number;
  extractors: { name: string; counts: Record<keyof typeof outcomes, number> }[];
}

const outcomes = {
  right: (stated, read) => stated === read,
  "wrong letter": (stated, read) => stated !== null && read !== null && read !== stated && read !== "guess",
  "letter where none is stated": (stated, read) => stated === null && read !== null && read !== "guess",
  unread: (stated, read) => stated !== null && read === null,
  guessed: (_, read) => read === "guess",
} satisfies Record<string, (stated: string | null, read: string | null) => boolean>;

/**
 * Reads the replies of the tests with the kit's scorer, the authors' two, and the extractors of three other kits. The
 * replies favour `strict`: they say what it should read, and it was changed until it did.
 */
export async function benchExtractors(root: string): Promise<Readings[]> {
  const folder = await installed(root);
  const compared: Readings[] = [];
  for (const [table, items] of Object.entries(tables)) compared.push(await compare(root, folder, table, items));
  return compared;
}

/** The results as Markdown tables. */
export const extractorsText = (results: readonly Readings[]): string =>
  results
    .map(({ table, replies, withChoice, extractors }) => {
      const rows = [
        ["Extractor", ...Object.keys(outcomes)],
        ["---", ...Object.keys(outcomes).map(() => "--:")],
        ...extractors.map(({ name, counts }) => [name, ...Object.values(counts)]),
      ];
      const lines = rows.map((row) => `| ${row.join(" | ")} |`);
      return `${replies} replies ${table}; ${withChoice} state a choice\n\n${lines.join("\n")}`;
    })
    .join("\n\n");

async function compare(root: string, folder: string, table: string, items: readonly Item[]): Promise<Readings> {
  const own = Object.entries(readers).map(([name, read]): [string, Read] => [
    name,
    items.map(({ reply, of }) => read(reply, of)),
  ]);
  const peers = Object.entries(await readByPeers(root, folder, items));
  const extractors = [...own, ...peers].map(([name, letters]) => {
    const count = (is: (stated: string | null, read: string | null) => boolean) =>
      items.filter(({ stated }, i) => is(stated, letters[i]!)).length;
    const counts = Object.entries(outcomes).map(([outcome, is]) => [outcome, count(is)]);
    return { name, counts: Object.fromEntries(counts) };
  });
  return { table, replies: items.length, withChoice: items.filter(({ stated }) => stated).length, extractors };
}

async function readByPeers(root: string, folder: string, items: readonly Item[]): Promise<Record<string, Read>> {
  const scratch = mkdtempSync(join(tmpdir(), "wov-extractors-"));
  try {
    const file = join(scratch, "replies.json");
    const toTexts = (of: readonly Option[]) => Object.fromEntries(of.map(({ letter, text }) => [letter, text]));
    writeFileSync(file, JSON.stringify(items.map(({ reply, of }) => ({ reply, options: toTexts(of) }))));
    const script = join(root, "test/bench/extractors.py");
    const { stdout } = await promisify(execFile)(venvProgram(root, "python"), [script, folder, file]);
    return JSON.parse(stdout);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The kits' files alone: what they depend on, PyTorch among it, is not needed to read a reply. */
async function installed(root: string): Promise<string> {
  const folder = join(root, "node_modules/.cache/words-over-vision/extractors");
  if (existsSync(join(folder, "done"))) return folder;
  process.stderr.write(`installing ${PEERS.join(", ")} beside the project …\n`);
  const pip = ["-m", "pip", "install", "-q", "--no-deps", "--upgrade", "--target", folder];
  await promisify(execFile)(venvProgram(root, "python"), [...pip, ...PEERS]);
  writeFileSync(join(folder, "done"), "");
  return folder;
}
