import { RE2JS } from 're2js';
import { echo } from './visible-text.ts';

/** A program of this many instructions costs well under a millisecond a name, and no pattern that a person types needs it. */
const MAX_INSTRUCTIONS = 1000;

/** A regular expression over whole names. */
export interface NamePattern {
  /** What one match costs, at most, in steps of the engine: linear in the name, whatever the pattern. */
  readonly stepsPerName: number;
  matches(name: string): boolean;
}

export type PatternAnswer =
  | { readonly kind: 'pattern'; readonly pattern: NamePattern }
  | { readonly kind: 'refused'; readonly why: string };

/** Compiles a pattern for the linear-time engine RE2. Takes some milliseconds at worst: not for a parser of many lines. */
export const compilePattern = (source: string): PatternAnswer => {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch {
    return { kind: 'refused', why: `"${echo(source)}" is not a valid pattern` };
  }
  const instructions = compiled.programSize();
  if (instructions > MAX_INSTRUCTIONS) {
    return {
      kind: 'refused',
      why: `the pattern "${echo(source)}" is too large, use fewer or smaller repetitions`,
    };
  }
  return {
    kind: 'pattern',
    pattern: { stepsPerName: instructions, matches: (name) => compiled.testExact(name) },
  };
};
