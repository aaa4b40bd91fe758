/** Our figures beside those of a peer, each in one run. */
export { type AskingTimes, benchAsking, benchKill, benchStorm, type KillCount, type StormTimes } from "./ask";
export { benchReading, type ReadingTimes } from "./read";
export { benchLarge, benchScreening, type ScreeningTimes } from "./screen";
