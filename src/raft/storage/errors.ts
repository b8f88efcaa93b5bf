import type { Mark } from './mark.ts';

/** Where in a log something is wrong. */
export interface LogPlace {
  /** Full path of the segment file. */
  readonly file: string;
  /** Bytes from its beginning. */
  readonly offset: number;
}

/** What else can be done about a folder that the others cannot bring back, by what it knows. */
export const OR_BEGIN_ANEW =
  'Only if the other nodes of its cluster go on without this one, keep this folder elsewhere and begin with an empty one: they fill it again.';

const KEPT = `Nothing was changed. Keep the folder as it is and check the disk. ${OR_BEGIN_ANEW}`;

/**
 * The log holds something that no crash can explain: a record, header or file is damaged or missing, and what was
 * written after it is still there. To cut it here would lose what this node has promised to keep.
 */
export class LogDamagedError extends Error {
  override readonly name = 'LogDamagedError';
  readonly code = 'LOG_DAMAGED';
  readonly file: string;
  readonly offset: number;
  /** What is wrong, without what to do about it. */
  readonly summary: string;
  constructor(place: LogPlace, what: string, options?: ErrorOptions) {
    const summary = `The log is damaged in ${place.file} at byte ${place.offset}: ${what}.`;
    super(`${summary} ${KEPT}`, options);
    this.summary = summary;
    this.file = place.file;
    this.offset = place.offset;
  }
}

/**
 * The log ends before its mark: the last records were lost by the disk, or the power failed in the middle of a batch that
 * was never acknowledged, and this node cannot know which. It must not vote on the strength of what is left.
 */
export class LogSuspectError extends Error {
  override readonly name = 'LogSuspectError';
  readonly code = 'LOG_SUSPECT';
  readonly file: string;
  /** Where the log ends, in bytes from the beginning of the file. */
  readonly offset: number;
  /** Up to where records were being written. */
  readonly mark: Mark;
  /** What is wrong, without what to do about it. */
  readonly summary: string;
  constructor(place: LogPlace, mark: Mark, what: string, options?: ErrorOptions) {
    const summary =
      `The log ends in ${place.file} at byte ${place.offset} (${what}), but records were being written up to byte ${mark.position} ` +
      `(entry ${mark.index} of term ${mark.term}): either the disk has lost them, or the power failed while they were written.`;
    super(`${summary} ${KEPT}`, options);
    this.summary = summary;
    this.file = place.file;
    this.offset = place.offset;
    this.mark = mark;
  }
}

/** A file of the log, a snapshot, or the folder's identity, is of another version than this program reads. */
export class LogFormatError extends Error {
  override readonly name = 'LogFormatError';
  readonly code = 'LOG_FORMAT';
  readonly file: string;
  constructor(file: string, found: number, readable: number) {
    super(
      `${file} has format version ${found}; this program reads version ${readable}. ` +
        'Nothing was changed. Start the version of the program that wrote it.',
    );
    this.file = file;
  }
}

/** A file of the log belongs to another data folder: it was copied here. */
export class LogForeignError extends Error {
  override readonly name = 'LogForeignError';
  readonly code = 'LOG_FOREIGN';
  readonly file: string;
  readonly offset = 0;
  /** What is wrong, without what to do about it. */
  readonly summary: string;
  constructor(file: string, found: string, own: string) {
    const summary = `${file} belongs to the data folder with the identity ${found}; this one has ${own}.`;
    super(
      `${summary} Nothing was changed. Put back the files that belong together, or point dataDir at the right folder.`,
    );
    this.summary = summary;
    this.file = file;
  }
}

/** What else than to mend it by hand can be done about a folder of which nobody can say whose it is. */
export const OR_NAME_OTHERS =
  'or, only if the other nodes of its cluster go on without this one, name them in the configuration, and they bring back what is lost.';

/** The folder's identity does not fit: it is another node's, or it cannot be read, or it does not match its log. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly code = 'IDENTITY';
  readonly file: string;
  constructor(file: string, what: string, options?: ErrorOptions) {
    super(`${file}: ${what}`, options);
    this.file = file;
  }
}
