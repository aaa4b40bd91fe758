import { type Controls, controlSteps } from "./controls";
import { type Pilot, pilotSteps, seeing } from "./pilot";
import type { Profile } from "./profile";
import { trainingFile } from "./sample-files";
import { scenesStep } from "./scenes";
import type { Step } from "./step";
import { type Trained, trainedSteps } from "./training";
import { type Writing, writingSteps } from "./writing";

/** All steps of a study, by what they are for. */
export interface Steps {
  scenes: Step;
  pilot: Pilot;
  writing: Record<string, Writing>;
  trained: Trained[];
  controls: Controls;
}

/** Lays the study of a profile out. Nothing is written or computed; every run's name is known. */
export function layOut(root: string, profile: Profile): Steps {
  const scenes = scenesStep(root, profile);
  const pilot = pilotSteps(root, profile, scenes);
  const sources = Object.keys(profile.sources);
  const writing = Object.fromEntries(
    sources.map((s) => [s, writingSteps(root, profile, { scenes, captions: pilot.captions }, s)] as const),
  );
  const trained = seeing(profile).flatMap((model) =>
    sourcesFor(profile, model).flatMap((source) =>
      profile.sizes.map((size) => {
        const text = {
          source,
          size,
          from: writing[source]!.samples,
          file: trainingFile(writing[source]!.samples.run, size),
        };
        return trainedSteps(root, profile, scenes, model, text, "training");
      }),
    ),
  );
  const controls = controlSteps(root, profile, scenes, writing.teacher!, trained);
  return { scenes, pilot, writing, trained, controls };
}

/** Who writes for a VLM: the sources for all, and its own base model. */
export function sourcesFor(profile: Profile, model: string): string[] {
  return [...new Set([...profile.shared_sources, ownSource(profile, model)])];
}

/** The source that is the VLM's own base model. */
export function ownSource(profile: Profile, model: string): string {
  const base = profile.models[model]!.base;
  return Object.entries(profile.sources).find(([, s]) => s.kind === "model" && s.model === base)?.[0] ?? "";
}

/** Every step once, parents before children. */
export function inOrder(steps: Steps): Step[] {
  const { scenes, pilot, writing, trained, controls } = steps;
  const ends = [
    scenes,
    ...Object.values(pilot.pictures),
    ...Object.values(pilot.fromCaptions),
    ...Object.values(writing).map((w) => w.samples),
    ...trained.map((t) => t.evaluate),
    ...Object.values(controls.ownLabels).map((t) => t.evaluate),
    ...Object.values(controls.shuffled),
  ];
  const ordered = new Set<Step>();
  const visit = (step: Step) => {
    step.needs.forEach(visit);
    ordered.add(step);
  };
  ends.forEach(visit);
  return [...ordered];
}
