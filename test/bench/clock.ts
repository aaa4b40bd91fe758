import { setImmediate as drained } from "node:timers/promises";

/** A clock whose time passes only while everybody waits for it: hours of waiting take no time. */
export interface Clock {
  /** Seconds since the beginning. */
  now(): number;
  sleep(seconds: number): Promise<void>;
  /**
   * Lets time pass until the work is done. The work may wait for nothing but this clock.
   *
   * @throws Error if nobody waits for the clock, and the work is not done
   */
  run<T>(work: Promise<T>): Promise<T>;
}

interface Alarm {
  at: number;
  ring(): void;
}

export function createClock(): Clock {
  let now = 0;
  const alarms: Alarm[] = []; // a binary heap, the earliest first
  return {
    now: () => now,
    sleep: (seconds) => new Promise((ring) => push(alarms, { at: now + seconds, ring })),
    async run(work) {
      let isDone = false;
      const end = () => {
        isDone = true;
      };
      work.then(end, end);
      for (;;) {
        await drained(); // everybody who could go on has done so
        if (isDone) return work;
        const next = pop(alarms);
        if (!next) throw new Error("the work waits for something else than the clock");
        now = next.at;
        next.ring();
      }
    },
  };
}

function push(heap: Alarm[], alarm: Alarm): void {
  let at = heap.push(alarm) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.at <= alarm.at) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = alarm;
}

function pop(heap: Alarm[]): Alarm | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
    if (heap[child]!.at >= last.at) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return first;
}
