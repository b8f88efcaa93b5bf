import type { Message } from '../commands/result.ts';
import { visibleText } from './visible-text.ts';

/** A pushed message as a person reads it: `mason: hello`. */
export const pushLine = (message: Message): string => `${message.from}: ${visibleText(message.text)}\n`;

/** A pushed message as a client's program reads it: `@17|mason|2026-01-31T12:00:00.000Z|hello`. */
export const clientPushLine = (message: Message): string =>
  `@${message.id}|${message.from}|${new Date(message.wallTimeMs).toISOString()}|${visibleText(message.text)}\n`;
