/** One of an item's possible actions. */
export interface Option {
  /** "A", "B", … as the item labels it; not always its position in the list. */
  letter: string;
  /** The action itself, without its label. */
  text: string;
}

/** A question of the benchmark: a picture, the actions one could take, and the one that is right. */
export interface Item {
  index: number;
  /** The picture file, relative to the project root unless the pictures' folder was given as absolute. */
  image: string;
  /** Where it came from; many of VIVA's addresses are dead by now. */
  imageUrl?: string;
  options: Option[];
  /** Letter of the right option. Four items of VIVA lack the option that it names: no model is right on these. */
  gold: string;
  /** "Emergent Situation". */
  category: string;
  /** What the picture shows, in words; empty where the file has none (two items of VIVA). */
  situation: string;
  /** Why the right action is right, where the file says so. */
  reason?: string;
}
