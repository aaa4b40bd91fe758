import type { Cell } from "../study/index";

/** "qwen2-vl/picture/teacher-2000" */
export const cellName = ({ model, input, variant, trained }: Cell): string =>
  [
    model,
    variant === "plain" ? input : variant,
    ...(trained ? [`${trained.source}-${trained.size}`, ...(trained.method ? [trained.method] : [])] : []),
  ].join("/");
