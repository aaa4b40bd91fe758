import { askRun } from "../../lib/ask/index";
import { generateSamples } from "../../lib/study/index";
import { generation } from "./generation";

// A process that has samples written until there are enough or it is killed.
const { root, baseURL } = JSON.parse(process.argv[2]!) as { root: string; baseURL: string };
const endpoint = { baseURL, apiKey: "none", concurrency: 4 };
process.send!("begins");
void generateSamples(
  root,
  generation,
  (run, requests) => askRun({ root, run, requests, endpoint }),
  () => {},
).then(({ samples }) => process.send!(samples.id, () => process.exit(0)));
