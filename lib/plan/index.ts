/** The plan of a study: what is left to do, what it will take, and what is missing. */
export type { Need } from "./needs";
export { planStudy, type StudyPlan } from "./plan";
export type { StepPlan } from "./step-plan";
