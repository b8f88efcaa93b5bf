import { LIST_ALL_PREFIX, LIST_MATCHED_PREFIX } from '../../chat/pipe/replies.ts';
import type { NamePattern } from '../../chat/pipe/name-pattern.ts';
import type { FrozenNames } from '../../chat/views.ts';

/** Steps of work, each around a tenth of a microsecond. */
const STEPS_PER_PLACE = 1;
const STEPS_PER_INSTRUCTION = 5;
/** The most text that one slice makes. */
const SLICE_CHARACTERS = 16_384;

/** Walks a frozen version of the names in slices and makes the text of a list's one line. */
export class NameWalk {
  readonly #names: FrozenNames;
  readonly #pattern: NamePattern | null;
  readonly #stepsPerName: number;
  #place = 0;
  #found = 0;

  constructor(names: FrozenNames, pattern: NamePattern | null) {
    this.#names = names;
    this.#pattern = pattern;
    this.#stepsPerName = pattern === null ? 0 : STEPS_PER_INSTRUCTION * (pattern.stepsPerName + 1);
  }

  get isOver(): boolean {
    return this.#place >= this.#names.length;
  }

  get found(): number {
    return this.#found;
  }

  /** Goes on for about that many steps. `text` is the line's next piece: what it begins with, then names joined by commas. */
  slice(steps: number): { readonly text: string; readonly steps: number } {
    let text = '';
    let spent = 0;
    if (this.#place === 0 && this.#pattern === null) text = LIST_ALL_PREFIX;
    while (spent < steps && !this.isOver && text.length < SLICE_CHARACTERS) {
      const name = this.#names.at(this.#place);
      this.#place += 1;
      spent += STEPS_PER_PLACE;
      if (name === undefined) continue;
      if (this.#pattern !== null) {
        spent += this.#stepsPerName;
        if (!this.#pattern.matches(name)) continue;
        if (this.#found === 0) text = LIST_MATCHED_PREFIX;
      }
      text += this.#found === 0 ? name : `,${name}`;
      this.#found += 1;
    }
    return { text, steps: spent };
  }
}
