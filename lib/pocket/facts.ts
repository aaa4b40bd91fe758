/**
 * The facts that a scene of the pocket world can hold. Each has a phrase, which texts use, and an icon of the Fluent
 * Emoji Flat set (Microsoft, MIT licence), which pictures show.
 *
 * Phrases are written so that one phrase is one token of the tiny models (see phrases.ts).
 */

export type Severity = "severe" | "mild" | "none";

export interface Fact {
  /** As it is written in a sentence: "girl", "ring buoy", " at the beach". */
  phrase: string;
  /** Icon name in @iconify-json/fluent-emoji-flat. */
  icon: string;
}

export interface Problem extends Fact {
  /** A second wording, used in training text only. */
  otherPhrase: string;
  severity: Severity;
  /** The thing that helps, if there is one. */
  thing?: string;
  /** The professional who helps, if there is one. */
  professional?: string;
  /** One of VIVA's categories. */
  category: string;
}

export const victims: readonly Fact[] = [
  { phrase: "girl", icon: "girl" },
  { phrase: "boy", icon: "boy" },
  { phrase: "woman", icon: "woman" },
  { phrase: "man", icon: "man-beard" },
  { phrase: "grandmother", icon: "old-woman" },
  { phrase: "grandfather", icon: "old-man" },
];

export const problems: readonly Problem[] = [
  {
    phrase: " is drowning",
    otherPhrase: " cannot stay above water",
    icon: "water-wave",
    severity: "severe",
    thing: "ring buoy",
    professional: "firefighter",
    category: "Emergent Situation",
  },
  {
    phrase: " is trapped by a fire",
    otherPhrase: " has flames all around",
    icon: "fire",
    severity: "severe",
    thing: "fire extinguisher",
    professional: "firefighter",
    category: "Dangerous/Risky Behavior",
  },
  {
    phrase: " is bleeding badly",
    otherPhrase: " has a deep wound",
    icon: "drop-of-blood",
    severity: "severe",
    thing: "bandage",
    professional: "doctor",
    category: "Emergent Situation",
  },
  {
    phrase: " is being robbed",
    otherPhrase: " is threatened by a thief",
    icon: "ninja",
    severity: "severe",
    thing: "loudspeaker",
    professional: "police officer",
    category: "Illegal Behavior",
  },
  {
    phrase: " is gravely ill",
    otherPhrase: " has a high fever",
    icon: "face-with-thermometer",
    severity: "severe",
    thing: "remedy",
    professional: "doctor",
    category: "Vulnerable Group Support",
  },
  {
    phrase: " is stuck in a deep hole",
    otherPhrase: " has fallen into a pit",
    icon: "hole",
    severity: "severe",
    thing: "ladder",
    professional: "builder",
    category: "Child Safety",
  },
  {
    phrase: " has lost the way",
    otherPhrase: " does not know where to go",
    icon: "red-question-mark",
    severity: "mild",
    thing: "map",
    professional: "police officer",
    category: "Assistance of People in Distress",
  },
  {
    phrase: " cannot do the sums",
    otherPhrase: " struggles with homework",
    icon: "abacus",
    severity: "mild",
    thing: "textbook",
    professional: "teacher",
    category: "Everyday Living Assistance",
  },
  {
    phrase: " has a broken bicycle",
    otherPhrase: " cannot ride on",
    icon: "bicycle",
    severity: "mild",
    thing: "toolbox",
    professional: "mechanic",
    category: "Everyday Living Assistance",
  },
  {
    phrase: " is very thirsty",
    otherPhrase: " suffers in the heat",
    icon: "hot-face",
    severity: "mild",
    thing: "drink",
    professional: "cook",
    category: "Other Situation",
  },
  {
    phrase: " is playing ball",
    otherPhrase: " kicks a ball about",
    icon: "soccer-ball",
    severity: "none",
    category: "Norm Situation",
  },
  {
    phrase: " is enjoying music",
    otherPhrase: " hums a tune",
    icon: "musical-notes",
    severity: "none",
    category: "Norm Situation",
  },
];

/** Places do not affect the right action: models must learn to ignore them. */
export const places: readonly Fact[] = [
  { phrase: " at the beach", icon: "beach-with-umbrella" },
  { phrase: " in the park", icon: "national-park" },
  { phrase: " at the playground", icon: "playground-slide" },
  { phrase: " at the station", icon: "station" },
  { phrase: " by the house", icon: "house" },
  { phrase: " on the farm", icon: "tractor" },
  { phrase: " under the bridge", icon: "bridge-at-night" },
  { phrase: " at the shop", icon: "convenience-store" },
];

/** The first ten help with one problem each, the last three with none. */
export const things: readonly Fact[] = [
  { phrase: "ring buoy", icon: "ring-buoy" },
  { phrase: "fire extinguisher", icon: "fire-extinguisher" },
  { phrase: "bandage", icon: "adhesive-bandage" },
  { phrase: "loudspeaker", icon: "loudspeaker" },
  { phrase: "remedy", icon: "pill" },
  { phrase: "ladder", icon: "ladder" },
  { phrase: "map", icon: "world-map" },
  { phrase: "textbook", icon: "blue-book" },
  { phrase: "toolbox", icon: "toolbox" },
  { phrase: "drink", icon: "cup-with-straw" },
  { phrase: "broom", icon: "broom" },
  { phrase: "flashlight", icon: "flashlight" },
  { phrase: "balloon", icon: "balloon" },
];

export const professionals: readonly Fact[] = [
  { phrase: "firefighter", icon: "firefighter" },
  { phrase: "doctor", icon: "health-worker" },
  { phrase: "police officer", icon: "police-officer" },
  { phrase: "builder", icon: "construction-worker" },
  { phrase: "teacher", icon: "teacher" },
  { phrase: "mechanic", icon: "mechanic" },
  { phrase: "cook", icon: "cook" },
];

/** The fact with a phrase. Throws if the world has none. */
export function factOf(phrase: string): Fact {
  const fact = [...victims, ...problems, ...places, ...things, ...professionals].find((f) => f.phrase === phrase);
  if (!fact) throw new Error(`the pocket world knows no '${phrase}'`);
  return fact;
}
