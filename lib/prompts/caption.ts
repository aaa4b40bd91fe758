/** The prompt for captions, with which LLaVA-OneVision describes a picture (Appendix B.2, second prompt). */
export function captionPrompt(): string {
  return (
    "The scene depicted in the image is your current view, which may involve social situations, such as " +
    "individuals in need of assistance or engaging in inappropriate behaviors.\n\n" +
    "Generate a description of the situation in one sentence. You should focus on the situation description:"
  );
}
