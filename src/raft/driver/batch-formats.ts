import { CodecError } from '../codec/codec-error.ts';
import type { BatchFormat, CommandBatch } from './payloads.ts';
import { FIRST_BATCH_FORMAT } from './payloads.ts';

/** The formats of command batches that a program reads, and which of them it writes in which version of the cluster. */
export class BatchFormats {
  readonly #byVersion: ReadonlyMap<number, BatchFormat>;

  /** `byVersion`: the format that is written from each version on. Version 1 must be among them. */
  constructor(byVersion: ReadonlyMap<number, BatchFormat>) {
    this.#byVersion = byVersion;
  }

  /** The format to write while this version is in force. */
  writtenIn(version: number): BatchFormat {
    for (let v = version; v > 0; v -= 1) {
      const format = this.#byVersion.get(v);
      if (format !== undefined) return format;
    }
    return FIRST_BATCH_FORMAT;
  }

  /** Reads the head of a batch in whatever format it is; the commands are read by `forEachCommand`. Throws `CodecError`. */
  decode(payload: Uint8Array): CommandBatch {
    for (const format of this.#byVersion.values())
      if (format.id === payload[0]) return format.decode(payload);
    throw new CodecError(`a commands payload has the unknown format ${payload[0]}`);
  }
}
