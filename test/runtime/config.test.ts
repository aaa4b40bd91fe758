import { describe, expect, it } from "vitest";
import { runtimeSchema } from "../../lib/runtime/index";

const shared = { threads: 1, dtype: "float32" };
const messageOf = (config: object): string => {
  const { error } = runtimeSchema.safeParse({ ...shared, ...config });
  return error ? error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ") : "";
};

describe("the runtime of a profile", () => {
  it("is this machine by default", () => {
    expect(runtimeSchema.parse(shared)).toEqual({ ...shared, kind: "local", detach: false });
  });

  it.each([
    [{ kind: "slrum" }, /kind: Invalid/],
    [{ kind: "ssh", folder: "/data" }, /host: /],
    [{ kind: "ssh", host: "-oProxyCommand=x", folder: "/data" }, /host: expected a name of your ssh configuration/],
    [{ kind: "ssh", host: "gpu1" }, /folder: /],
    [{ kind: "ssh", host: "gpu1", folder: "/my data" }, /folder: expected a path without spaces/],
    [{ kind: "ssh", host: "gpu1", folder: "/data", partition: "gpu" }, /Unrecognized key: "partition"/],
    [{ kind: "slurm", folder: "/data", time: "12h" }, /time: expected hours:minutes:seconds/],
    [{ kind: "slurm", folder: "/data", sbatch: ["rm -rf"] }, /sbatch\.0: expected an option of sbatch/],
    [{ kind: "slurm", folder: "/data", sbatch: ["--qos=normal\nrm"] }, /sbatch\.0: expected an option of sbatch/],
    [{ kind: "ray", folder: "/data", url: "gpu1:8265" }, /url: expected an address/],
    [{ kind: "hf-jobs", flavor: "a100-large" }, /namespace: /],
  ])("%j is refused", (config, message) => {
    expect(messageOf(config)).toMatch(message);
  });
});
