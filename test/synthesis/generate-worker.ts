import { generateSamples } from "./generation";

// A process that generates samples until there are enough or it is killed.
const { root, baseURL } = JSON.parse(process.argv[2]!) as { root: string; baseURL: string };
process.send!("begins");
void generateSamples(root, { baseURL, apiKey: "none", concurrency: 4 }).then(({ samples }) =>
  process.send!(samples.id, () => process.exit(0)),
);
