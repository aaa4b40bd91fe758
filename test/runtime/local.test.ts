import { describeContract } from "./contract";

describeContract("this machine, detached", {
  atOnce: 2,
  start: async () => ({
    config: { kind: "local", detach: true, threads: 1, dtype: "float32" },
    stop: async () => {},
  }),
});
