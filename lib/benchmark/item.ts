import type { Option } from "../prompts/index";

/** A question of the benchmark: a picture, the possible actions, and the right one. */
export interface Item {
  index: number;
  /** The picture file, relative to the project root unless the pictures' folder was given as absolute. */
  image: string;
  /** Its address; many of VIVA's are dead by now. */
  imageUrl?: string;
  options: Option[];
  /** Letter of the right option. Four items of VIVA as published lack the option that it names. */
  gold: string;
  /** "Emergent Situation". */
  category: string;
  /** A sentence that says what the picture shows; empty if the file has none (two items of VIVA). */
  situation: string;
  /** Why the right action is right, if the file says so. */
  reason?: string;
}
