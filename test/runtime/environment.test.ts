import { afterEach, expect, it, vi } from "vitest";
import { inheritedEnvironment } from "../../lib/runtime/environment";

afterEach(() => vi.unstubAllEnvs());

it("passes on what limits the kernels of a CPU, so that another machine can give the same numbers", () => {
  const limits = { ATEN_CPU_CAPABILITY: "avx2", ONEDNN_MAX_CPU_ISA: "AVX2", MKL_CBWR: "COMPATIBLE" };
  for (const [name, value] of Object.entries(limits)) vi.stubEnv(name, value);
  expect(inheritedEnvironment()).toMatchObject(limits);
});

it("passes on no secret", () => {
  vi.stubEnv("OPENAI_API_KEY", "sk-not-for-jobs");
  vi.stubEnv("HF_TOKEN", "hf_not_for_jobs");
  expect(Object.keys(inheritedEnvironment())).not.toContain("OPENAI_API_KEY");
  expect(Object.keys(inheritedEnvironment())).not.toContain("HF_TOKEN");
});
