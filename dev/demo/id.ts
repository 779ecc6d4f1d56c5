/** Fixed ids of the demo's rows: UUIDs of version 7 whose last digits count, so that a second seed finds the first. */
export const demoId = (space: number, number: number): string =>
  `0197a000-${space.toString(16).padStart(4, '0')}-7000-8000-${number.toString(16).padStart(12, '0')}`;
