/** How often V8 ran a function or a block of a script; the smallest range around a place is the one that counts. */
export interface CountedRange {
  /** Offsets in the script, in UTF-16 units, the end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

/** What was counted in one Worker. */
export interface CountedScript {
  /** The script, absolute; its source map lies beside it. */
  readonly script: string;
  readonly ranges: readonly CountedRange[];
}
