/** Where a planted bug comes from. */
export type Origin =
  /** A real system shipped it. `reference`: an issue, pull request or commit there, or how it was found. */
  | { readonly kind: 'shipped'; readonly by: string; readonly reference: string }
  /** Known from the literature as a mistake that is easily made; `where` says in which place. */
  | { readonly kind: 'known'; readonly where: string }
  | { readonly kind: 'planted-by-us' };

/** A bug, planted in a copy of the source by one change in one place. */
export interface Mutant {
  readonly name: string;
  readonly origin: Origin;
  /** What it breaks, in a sentence. */
  readonly breaks: string;
  /** Path from the root of the project. */
  readonly file: string;
  /** This text occurs exactly once in the file … */
  readonly find: string;
  /** … and is replaced by this. */
  readonly replace: string;
  /**
   * Where the simulator does not reach, or hardly ever: a test file, by its path from the root of the project, that fails with this bug
   * and passes without it. The simulator is not asked then.
   */
  readonly heldBy?: string;
}

/** A bug that nobody can observe, because something else makes up for it. `proof` says what, and why that is enough. */
export interface Unobservable extends Mutant {
  readonly proof: string;
}

export const shippedBy = (by: string, reference: string): Origin => ({ kind: 'shipped', by, reference });
export const knownFrom = (where: string): Origin => ({ kind: 'known', where });
export const plantedByUs: Origin = { kind: 'planted-by-us' };

export function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'shipped':
      return `${origin.by} ${origin.reference}`;
    case 'known':
      return origin.where;
    case 'planted-by-us':
      return 'planted by us';
    default:
      return origin satisfies never;
  }
}

/** The source with the bug in it. Throws if the place to change is not there, or is there more than once. */
export function plant({ name, file, find, replace }: Mutant, source: string): string {
  const places = source.split(find).length - 1;
  if (places !== 1) {
    throw new Error(
      `The bug "${name}" cannot be planted: the text to change occurs ${places} times in ${file}, and must occur once. The source has changed: look for the place, and change the bug's \`find\`.`,
    );
  }
  // A function, so that no dollar sign of the replacement means anything.
  return source.replace(find, () => replace);
}
