import { describeContract } from "./contract";
import { HF_TOKEN, startHfStub } from "./hf-stub";

// The Hub cannot be reached by tests: a stub on loopback speaks its protocol, and really runs the jobs.
describeContract("Hugging Face Jobs", {
  atOnce: 2,
  async start() {
    const stub = await startHfStub();
    stub.misbehave.atOnce = 2;
    Object.assign(process.env, { HF_ENDPOINT: stub.url, HF_TOKEN });
    return {
      config: {
        kind: "hf-jobs",
        namespace: "me",
        flavor: "a100-large",
        image: "an/image",
        hours: 1,
        jobs: 8,
        threads: 1,
        dtype: "float32",
      },
      stop: () => stub.close(),
    };
  },
});
