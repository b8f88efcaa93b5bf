import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'gray';

/** Colours a text, or leaves it as it is. */
export type Painter = (style: Style, text: string) => string;

export const plainPainter: Painter = (_style, text) => text;

/** Colours for a terminal; none for a file or a pipe, and none if NO_COLOR is set (no-color.org). */
export function painterFor(
  stream: Pick<WriteStream, 'isTTY'>,
  env: NodeJS.ProcessEnv = process.env,
): Painter {
  const wanted = stream.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return wanted ? (style, text) => styleText(style, text, { validateStream: false }) : plainPainter;
}
