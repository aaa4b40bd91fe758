/** Makes a function that does its work once and then gives the same answer; after a failure it tries again. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= work().catch((error) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}
