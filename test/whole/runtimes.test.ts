import { join } from "node:path";
import { describeContract } from "../runtime/contract";
import { startRay } from "../runtime/ray";
import { startSlurm } from "../runtime/slurm";
import { startSshd } from "../runtime/sshd";

// The contract of runtimes on real servers, all of them on loopback.
const shared = { threads: 1, dtype: "float32", python: "python3", setup: false } as const;

describeContract("a machine behind ssh", {
  atOnce: 2,
  async start({ root }) {
    const sshd = await startSshd();
    if ("skipped" in sshd) return sshd;
    const { host, options, stop } = sshd;
    return {
      config: { kind: "ssh", ...shared, host, folder: join(root, "elsewhere") },
      options: { ssh: options },
      stop,
    };
  },
});

describeContract("Slurm", {
  atOnce: 2,
  async start({ root }) {
    const slurm = await startSlurm();
    if ("skipped" in slurm) return slurm;
    const place = { folder: join(root, "shared"), gpu: "none", time: "0:10:00", sbatch: [], jobs: 8 };
    return { config: { kind: "slurm", ...shared, ...place }, stop: slurm.stop };
  },
});

describeContract("Ray", {
  atOnce: 2,
  async start({ root }) {
    const ray = await startRay();
    if ("skipped" in ray) return ray;
    process.env.RAY_AUTH_TOKEN = ray.token;
    const place = { folder: join(root, "shared"), gpus: 0, jobs: 8 };
    return { config: { kind: "ray", ...shared, ...place, url: ray.url }, stop: ray.stop };
  },
});
