import { readers } from "../answers/index";
import type { Option } from "../benchmark/index";
import type { Table } from "./table";

/** What each scorer reads in the same replies: how much depends on the scorer. */
export function scorersTable(replies: readonly string[], options: readonly Option[]): Table {
  const names = Object.keys(readers) as (keyof typeof readers)[];
  return {
    name: "scorers",
    title: "One reply, three scorers",
    note: "“–”: unparsed. The authors' scripts then ask another model; here the reply counts as unparsed.",
    columns: [{ key: "reply", label: "Reply" }, ...names.map((key) => ({ key, label: key }))],
    rows: replies.map((reply) => ({
      reply,
      ...Object.fromEntries(names.map((name) => [name, readers[name](reply, options) ?? "–"])),
    })),
  };
}
