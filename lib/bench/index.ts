/** Our figures beside those of a peer, each in one run. */
export { benchReading, type ReadingTimes } from "./read";
