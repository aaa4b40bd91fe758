import { Worker } from "node:worker_threads";

let thread: Worker | undefined;
/** The pictures that the thread has to draw, in the order in which it draws them. */
const waiting: { resolve: (png: Buffer) => void; reject: (error: Error) => void }[] = [];

/** The same as `renderPng`, in a thread beside this one: a report has more than a thousand pictures. */
export function renderBeside(svg: string, pixels: number): Promise<Buffer> {
  thread ??= startThread();
  thread.ref(); // the process must not end while a picture is drawn
  thread.postMessage([svg, pixels]);
  return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
}

function startThread(): Worker {
  const started = new Worker(require.resolve("./render-thread.cjs"));
  started.on("message", (png: Uint8Array) => {
    waiting.shift()!.resolve(Buffer.from(png.buffer, png.byteOffset, png.byteLength));
    if (waiting.length === 0) started.unref();
  });
  started.on("error", (error: Error) => {
    thread = undefined;
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  return started;
}
