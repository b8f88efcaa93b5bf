import type { Painter, Style } from './painter.ts';

/** What pino adds to every line and a reader does not need; `node` is told by the prefix or by the terminal. */
const HIDDEN = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'node', 'name']);

/**
 * Makes a readable line of one line of a node's log, without the fields whose values the message names anyway. What is
 * no JSON object is shown as it is, made harmless.
 */
export function formatLogLine(line: string, paint: Painter): string {
  const record = parseRecord(line);
  if (record === null) return harmless(line);
  const { word, style } = levelOf(record['level']);
  const message = typeof record['msg'] === 'string' ? harmless(record['msg']) : '';
  const said = new Set(message.split(/[\s,.:;()]+/));
  const fields = Object.entries(record)
    .filter(([key, value]) => !HIDDEN.has(key) && !said.has(String(value)))
    .map(([key, value]) => paint('gray', `${harmless(key)}=`) + fieldText(value))
    .join(' ');
  const head = `${paint('dim', clock(record['time']))} ${paint(style, word.padEnd(5))}`;
  return [head, message, fields].filter((part) => part !== '').join(' ');
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function levelOf(level: unknown): { readonly word: string; readonly style: Style } {
  const number = typeof level === 'number' ? level : 30;
  if (number >= 60) return { word: 'fatal', style: 'red' };
  if (number >= 50) return { word: 'error', style: 'red' };
  if (number >= 40) return { word: 'warn', style: 'yellow' };
  if (number >= 30) return { word: 'info', style: 'green' };
  return number >= 20 ? { word: 'debug', style: 'gray' } : { word: 'trace', style: 'gray' };
}

/** Local time of day to the millisecond. */
function clock(time: unknown): string {
  const date = new Date(typeof time === 'number' ? time : 0);
  const two = (n: number): string => String(n).padStart(2, '0');
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

function fieldText(value: unknown): string {
  if (typeof value === 'string') return harmless(/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value));
  if (isLoggedError(value)) return harmless(JSON.stringify(value.message));
  return harmless(JSON.stringify(value) ?? 'undefined');
}

function isLoggedError(value: unknown): value is { readonly message: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'stack' in value &&
    'message' in value &&
    typeof value.message === 'string'
  );
}

/** Nothing that a terminal would obey, and nothing that would make a second line. */
function harmless(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}
