import type { Results } from "../study/index";
import type { Table } from "./table";

/** What was asked of endpoints, and what it cost. The last row adds up to what the servers were asked. */
export function costsTable({ costs }: Results): Table {
  const sum = (key: "paid" | "refused" | "prompt" | "completion" | "usd") =>
    costs.reduce((all, cost) => all + cost[key], 0);
  const total = { name: "Total", endpoint: "", paid: sum("paid"), refused: sum("refused"), prompt: sum("prompt") };
  const rows = [...costs, { ...total, completion: sum("completion"), usd: sum("usd"), model: "", mode: "", run: "" }];
  const count = (n: number) => n.toLocaleString("en");
  return {
    name: "costs",
    title: "What endpoints were asked, and what it cost",
    note:
      "Tokens as the endpoints report them, at the prices of data/prices.json or of the profile when they were asked; " +
      "through a batch API half of that. Jobs on this machine's runtime cost nothing here.",
    columns: [
      { key: "step", label: "Step" },
      { key: "endpoint", label: "Endpoint" },
      { key: "model", label: "Model" },
      { key: "mode", label: "Mode" },
      { key: "paid", label: "Replies", numeric: true },
      { key: "refused", label: "Refused", numeric: true },
      { key: "prompt", label: "Tokens in", numeric: true },
      { key: "completion", label: "Tokens out", numeric: true },
      { key: "usd", label: "USD", numeric: true },
    ],
    rows: rows.map(({ name, endpoint, model, mode, paid, refused, prompt, completion, usd }) => ({
      step: name,
      endpoint,
      model,
      mode,
      paid: count(paid),
      refused: count(refused),
      prompt: count(prompt),
      completion: count(completion),
      usd: usd.toFixed(4),
    })),
  };
}
