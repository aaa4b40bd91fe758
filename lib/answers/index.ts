/** From a reply to a choice, and from choices to scores. */
export { type Scores, scoreReplies } from "./score";
export { readStrict } from "./strict";
