import { setTimeout as sleep } from "node:timers/promises";
import type { Engine, EngineState } from "./engine";
import type { Look, Workspace } from "./workspace";

/** What a job's folder and its engine say. */
export type Polled = Look & { withEngine: EngineState };
/** @param offset the byte of events.jsonl from which on events are wanted */
export type Poll = (id: string, offset: number) => Promise<Polled>;

interface Waiting {
  id: string;
  offset: number;
  resolve(polled: Polled): void;
  reject(error: unknown): void;
}

/** Looks at all jobs that are followed with one call per interval, since each call may be a connection. */
export function createPoll(workspace: Workspace, engine: Engine, intervalMs: number): Poll {
  let waiting: Waiting[] = [];
  const flush = async () => {
    await sleep(intervalMs);
    const all = waiting;
    waiting = [];
    try {
      const looks = await workspace.look(new Map(all.map(({ id, offset }) => [id, offset])));
      const names = all.flatMap(({ id }) => looks.get(id)?.engine.slice(-1) ?? []);
      const states = await engine.states(names);
      for (const { id, resolve } of all) {
        const look = looks.get(id)!;
        resolve({ ...look, withEngine: states.get(look.engine.at(-1) ?? "") ?? "gone" });
      }
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  };
  return (id, offset) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) flush();
      waiting.push({ id, offset, resolve, reject });
    });
}
