import { z } from "zod";

/** A training question that a model wrote. */
export interface Sample {
  id: string;
  situation: string;
  question: string;
  options: { letter: string; text: string }[];
  /** Letter of the option that its writer calls right. */
  answer: string;
  rationale: string;
  /** Who wrote it. */
  source: string;
  /** `custom_id` of the request whose reply holds it. */
  call: string;
}

/** A question as a reply should hold it: the shape of the seeds. */
export const writtenQuestion = z.object({
  situation: z.string().trim().min(1),
  question: z.string().trim().min(1),
  options: z.array(z.string().trim().min(1)).min(2).max(8),
  answer: z.string().trim().min(1),
  rationale: z.string().default(""),
});
