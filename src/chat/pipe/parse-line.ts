import { messageId } from '../ids.ts';
import { nameFault } from './name-rule.ts';
import type { ParsedLine, Request } from './request.ts';
import { echo } from './visible-text.ts';

export interface ParseLimits {
  /** Characters of the pattern of `2|pattern`. */
  readonly maxPatternLength: number;
}

const TAG = /^[A-Za-z0-9_-]{1,64}$/;
const CLIENT_ID = /^[A-Za-z0-9_-]{22,64}$/;
const WHOLE_NUMBER = /^[1-9][0-9]*$/;

/** Takes a line apart: its tag, if it has one, and what it asks for. Total: what cannot be understood is an `invalid` request. */
export const parseLine = (line: string, limits: ParseLimits): ParsedLine => {
  if (!line.startsWith('#')) return { tag: null, command: line, request: parseCommand(line, limits) };
  const tag = tagOf(line);
  if (tag === null) {
    const request = invalid('a tag is # and 1 to 64 of A-Z a-z 0-9 _ - and a |, as in #7|2');
    return { tag: null, command: line, request };
  }
  const command = line.slice(tag.length + 2);
  return { tag, command, request: parseCommand(command, limits) };
};

/** What is made of a line that could not even be decoded, of which only the first bytes are known: its error still carries its tag. */
export const unreadableLine = (head: string, why: string): ParsedLine => ({
  tag: tagOf(head),
  command: '',
  request: invalid(why),
});

/** The number that a client's tag is, or null: a whole number from 1, written plainly. */
export const commandNumber = (tag: string): number | null => wholeNumber(tag);

const tagOf = (line: string): string | null => {
  const bar = line.indexOf('|');
  if (bar === -1 || !line.startsWith('#')) return null;
  const tag = line.slice(1, bar);
  return TAG.test(tag) ? tag : null;
};

const parseCommand = (command: string, limits: ParseLimits): Request => {
  // Nearly every line is one of these.
  if (command.startsWith('3|')) return parseSend(command, 2);
  const bar = command.indexOf('|');
  const operation = bar === -1 ? command : command.slice(0, bar);
  const rest = bar === -1 ? null : command.slice(bar + 1);
  switch (operation) {
    case '0':
      return parseLogin(rest);
    case '1':
      return parseCreate(rest);
    case '2':
      return parseList(rest, limits);
    case '3':
      return parseSend(command, command.length);
    case '4':
      return parseWithId('4', 'collect', rest);
    case '5':
      return parseWithId('5', 'delete', rest);
    case '6':
      return parseAcknowledge(rest);
    case 'bye':
      return rest === null ? { kind: 'bye' } : invalid('bye stands alone');
    case 'hello':
      return parseHello(rest);
    case '':
      return invalid(command === '' ? 'the line is empty' : 'the command is missing before the first |');
    default:
      return invalid(`"${echo(operation)}" is no command; the commands are 0, 1, 2, 3, 4, 5 and bye`);
  }
};

const parseCreate = (rest: string | null): Request => {
  const [name, password] = firstField(rest);
  const fault = nameFault(name);
  return fault === null ? { kind: 'create', name, password } : invalid(fault);
};

const parseLogin = (rest: string | null): Request => {
  const [id, password] = firstField(rest);
  if (id === '') return invalid('the account ID is missing, as in 0|id or 0|id|password');
  return { kind: 'login', id, password };
};

const parseList = (rest: string | null, limits: ParseLimits): Request => {
  if (rest === null || rest === '') return { kind: 'list', pattern: null };
  if (rest.length > limits.maxPatternLength) {
    return invalid(`the pattern is longer than ${limits.maxPatternLength} characters`);
  }
  return { kind: 'list', pattern: rest };
};

/** `from`: where in the command its first field begins. */
const parseSend = (command: string, from: number): Request => {
  const bar = command.indexOf('|', from);
  const to = command.slice(from, bar === -1 ? command.length : bar);
  if (to === '') return invalid('the recipient is missing, as in 3|to|text');
  const text = bar === -1 ? '' : command.slice(bar + 1);
  return text === '' ? invalid('the text is missing, as in 3|to|text') : { kind: 'send', to, text };
};

const parseWithId = (operation: string, kind: 'collect' | 'delete', rest: string | null): Request => {
  if (rest === null || rest === '') return invalid(`the account ID is missing, as in ${operation}|id`);
  if (rest.includes('|')) return invalid(`${operation} takes one field, as in ${operation}|id`);
  return { kind, id: rest };
};

const parseAcknowledge = (rest: string | null): Request => {
  const number = rest === null ? null : wholeNumber(rest);
  if (number === null) return invalid('6 takes the ID of a message, a whole number, as in 6|42');
  return { kind: 'acknowledge', message: messageId(number) };
};

const parseHello = (rest: string | null): Request => {
  if (rest === null) return invalid('"hello" is no command; the commands are 0, 1, 2, 3, 4, 5 and bye');
  const fields = rest.split('|');
  const [clientId, floorText] = fields;
  const floor = floorText === undefined ? null : wholeNumber(floorText);
  // A client ID is a secret: it is not quoted, not even when it is wrong.
  if (fields.length !== 2 || clientId === undefined || !CLIENT_ID.test(clientId)) {
    return invalid(
      'hello takes a client ID of 22 to 64 of A-Z a-z 0-9 _ - and a number, as in hello|clientId|1',
      'hello',
    );
  }
  if (floor === null)
    return invalid('the number of hello is a whole number from 1, as in hello|clientId|1', 'hello');
  return { kind: 'hello', clientId, floor };
};

/** The field up to the first `|`, and the rest of the line; an empty rest is none. */
const firstField = (rest: string | null): readonly [string, string | null] => {
  if (rest === null) return ['', null];
  const bar = rest.indexOf('|');
  if (bar === -1) return [rest, null];
  return [rest.slice(0, bar), bar + 1 === rest.length ? null : rest.slice(bar + 1)];
};

const wholeNumber = (text: string): number | null => {
  if (!WHOLE_NUMBER.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
};

const invalid = (why: string, asked: 'hello' | 'other' = 'other'): Request => ({
  kind: 'invalid',
  why,
  asked,
});
