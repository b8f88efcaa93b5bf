/** A message that the cluster pushed to this client. */
export interface PushedMessage {
  /** Grows from message to message; the same message keeps its ID when it is pushed again. */
  readonly id: number;
  readonly from: string;
  /** When it was sent, as an ISO-8601 time. For people. */
  readonly time: string;
  readonly text: string;
}

/** A line that a node sends to a client (protocol part 2). */
export type ServerLine =
  /** `#7|+|text`: a line of a reply, before its last. */
  | { readonly kind: 'reply-line'; readonly number: number; readonly text: string }
  /** `#7|ok|text` or `#7|CODE|text`: the last line of a reply. */
  | { readonly kind: 'reply-end'; readonly number: number; readonly code: string; readonly text: string }
  /** `@12|mason|2026-01-01T12:00:00.000Z|hello` */
  | { readonly kind: 'message'; readonly message: PushedMessage }
  /** `!hello|ok|…` or `!hello|CODE|text` */
  | { readonly kind: 'hello-answer'; readonly code: string; readonly text: string }
  /** `!shutdown|` and its like; those that are not known are for whoever knows them. */
  | { readonly kind: 'notice'; readonly name: string; readonly text: string }
  /** The greeting, and whatever else is no line of part 2. */
  | { readonly kind: 'other'; readonly text: string };

const REPLY = /^#(\d{1,16})\|(\+|[a-z][a-z0-9-]{0,63})\|(.*)$/s;
const MESSAGE = /^@(\d{1,16})\|([^|]*)\|([^|]*)\|(.*)$/s;
const NOTICE = /^!([a-z][a-z0-9-]{0,63})(?:\|(.*))?$/s;
const CODE_AND_TEXT = /^([a-z][a-z0-9-]{0,63})(?:\|(.*))?$/s;

/** Reads one line. Total: what makes no sense is `other`. */
export function parseServerLine(line: string): ServerLine {
  const parsed = parseReply(line) ?? parseMessage(line) ?? parseNotice(line);
  return parsed ?? { kind: 'other', text: line };
}

function parseReply(line: string): ServerLine | undefined {
  const [, digits = '', code = '', text = ''] = REPLY.exec(line) ?? [];
  const number = positive(digits);
  if (number === undefined) return undefined;
  return code === '+' ? { kind: 'reply-line', number, text } : { kind: 'reply-end', number, code, text };
}

function parseMessage(line: string): ServerLine | undefined {
  const [, digits = '', from = '', time = '', text = ''] = MESSAGE.exec(line) ?? [];
  const id = positive(digits);
  return id === undefined ? undefined : { kind: 'message', message: { id, from, time, text } };
}

function parseNotice(line: string): ServerLine | undefined {
  const [, name = '', text = ''] = NOTICE.exec(line) ?? [];
  if (name === '') return undefined;
  if (name !== 'hello') return { kind: 'notice', name, text };
  const [, code = '', rest = ''] = CODE_AND_TEXT.exec(text) ?? [];
  return code === '' ? undefined : { kind: 'hello-answer', code, text: rest };
}

function positive(digits: string): number | undefined {
  const value = Number(digits);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
