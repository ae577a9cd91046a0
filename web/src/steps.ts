/* The names of the setup's steps, in order. Pure, and without words: it is loaded before the language is. */
export const STEPS = ['people', 'dongle', 'car', 'units', 'odometer', 'tariff', 'broker', 'import'] as const;
export type StepName = (typeof STEPS)[number];

export function isStep(word: unknown): word is StepName {
  return STEPS.some((each) => each === word);
}
