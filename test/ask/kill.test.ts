import { expect, it } from "vitest";
import { projectRoot } from "../../lib/root";
import { benchKill } from "../bench/ask";

it("asking that is killed with -9 again and again ends with each reply once; only what was in flight is paid twice", async () => {
  const result = await benchKill(projectRoot(), 300, 6);
  expect(result).toMatchObject({ kills: 6, records: 300, doubles: 0 });
  expect(result.paid).toBe(300 + result.paidTwice);
  expect(result.paidTwice).toBeLessThanOrEqual(result.inFlightAtKills);
}, 60_000);
