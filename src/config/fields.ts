import { z } from 'zod';
import { ADDRESS_PATTERN, parseAddress } from './address.ts';

interface WholeNumber {
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly description: string;
}

/** A whole number with a range, a default and a description; one sentence for every way to get it wrong. */
export function wholeNumber(field: WholeNumber): z.ZodDefault<z.ZodInt> {
  const error = `must be a whole number from ${field.min} to ${field.max}`;
  return z
    .int({ error })
    .min(field.min, { error })
    .max(field.max, { error })
    .default(field.default)
    .describe(field.description);
}

/** The sentence for a key that takes one of a few words. */
export function oneOf(words: readonly string[]): { readonly error: string } {
  return { error: `must be one of ${words.map((word) => `"${word}"`).join(', ')}` };
}

/** `host:port`, kept as text here: what it means is worked out when the file is resolved. */
export function addressText(description: string): z.ZodString {
  const error = 'must be host:port, such as "127.0.0.1:6666" or "[::1]:6666"';
  return z
    .string({ error })
    .regex(ADDRESS_PATTERN, { error })
    .refine((text) => parseAddress(text) !== undefined, { error })
    .describe(description);
}
