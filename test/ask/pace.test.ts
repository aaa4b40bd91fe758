import { describe, expect, it } from "vitest";
import { createPace } from "../../lib/ask/pace";

const later = () => performance.now() + 1;

describe("createPace", () => {
  it("halves where the endpoint is busy, down to one", () => {
    const pace = createPace(64);
    const limits = Array.from({ length: 8 }, () => {
      pace.refused(later());
      return pace.limit;
    });
    expect(limits).toEqual([32, 16, 8, 4, 2, 1, 1, 1]);
  });

  it("halves once for all requests that were in flight when it halved", () => {
    const pace = createPace(64);
    const sentAt = performance.now() - 1;
    for (let i = 0; i < 64; i++) pace.refused(sentAt);
    expect(pace.limit).toBe(32);
  });

  it("comes back by one per answer to near where it was, then feels its way, and never exceeds where it began", () => {
    const pace = createPace(64);
    pace.refused(later());
    for (let i = 0; i < 26; i++) pace.answered();
    expect(pace.limit).toBe(58);
    for (let i = 0; i < 20; i++) pace.answered();
    expect(pace.limit).toBe(58);
    for (let i = 0; i < 2000; i++) pace.answered();
    expect(pace.limit).toBe(64);
  });
});
