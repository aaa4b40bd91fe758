import { spawn } from "node:child_process";
import { join } from "node:path";
import { ended, venvProgram } from "../../lib/process";
import { projectRoot } from "../../lib/root";

const START_MS = 120_000;
/** Characters of the server's output that are kept. */
const LOG_TAIL = 20_000;

/**
 * Starts the command line of transformers as a process that ends when its standard input closes. PyPI's torchvision
 * lacks its picture decoders beside a CPU torch, as the jobs' shim explains; only there, Pillow decodes pictures.
 */
const PROGRAM = `
from job import end_with_parent
end_with_parent()
import torch, torchvision_shim
from transformers.image_processing_backends import TorchvisionBackend
from transformers.image_processing_base import ImageProcessingMixin
if not hasattr(torch.ops.image, "decode_image"):
    TorchvisionBackend.fetch_images = ImageProcessingMixin.fetch_images
from transformers.cli.transformers import app
app()
`;
/** Any free port; models stay loaded, and compute in float32 as jobs do (their files are in float16). */
const ARGUMENTS = [
  "--host",
  "127.0.0.1",
  "--port",
  "0",
  "--device",
  "cpu",
  "--dtype",
  "float32",
  "--model-timeout",
  "-1",
];

export interface InferenceServer {
  /** Up to /v1. */
  baseURL: string;
  /** The end of what it has printed so far. */
  log(): string;
  close(): Promise<void>;
}

/**
 * A real inference server on loopback, `transformers serve`, with models of the pocket world: in data/pocket/models, llama and the
 * VLMs llava-onevision and mllama. It answers one request at a time, and refuses fields that OpenAI does not have. Tiny
 * Qwen2 and Qwen2-VL answer with their prompt before the reply: for these architectures it expects ChatML.
 *
 * @throws Error with what the server printed if it does not start, or cannot load a model
 */
export async function startInferenceServer(models: readonly string[]): Promise<InferenceServer> {
  const root = projectRoot();
  const child = spawn(venvProgram(root, "python"), ["-c", PROGRAM, "serve", ...ARGUMENTS], {
    cwd: root, // a model's name is its folder
    env: {
      ...process.env,
      PYTHONPATH: join(root, "remote"),
      HF_HUB_OFFLINE: "1",
      OMP_NUM_THREADS: "1",
      MKL_NUM_THREADS: "1",
    },
  });
  const end = ended(child);
  let log = "";
  const origin = new Promise<string>((resolve) => {
    for (const output of [child.stdout, child.stderr])
      output.on("data", (data) => {
        log = (log + data).slice(-LOG_TAIL);
        const [, address] = /Uvicorn running on (\S+)/.exec(log) ?? [];
        if (address) resolve(address);
      });
  });
  const close = async () => {
    child.stdin.end();
    await end;
  };
  const failed = (why: string) => new Error(`transformers serve ${why}:\n${log}`);
  try {
    const started = await Promise.race([origin, end, timeout(START_MS)]);
    if (typeof started !== "string") throw failed(`did not start (${started ?? "no answer"})`);
    for (const model of models) {
      const events = await loadModel(started, model).catch(String);
      if (!events.includes('"status": "ready"')) throw failed(`cannot load ${model} (${events.trim()})`);
    }
    return { baseURL: `${started}/v1`, log: () => log, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const timeout = (ms: number) =>
  new Promise<undefined>((resolve) => void setTimeout(() => resolve(undefined), ms).unref());

/** Has the server load a model now rather than with the first request; returns its events. */
async function loadModel(origin: string, model: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${origin}/load_model`, { method: "POST", headers, body: JSON.stringify({ model }) });
  return response.text();
}
