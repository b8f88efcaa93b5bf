/** Bytes that are not what they should be: cut short, damaged, of an unknown kind, or out of range. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly code = 'CODEC';
}
