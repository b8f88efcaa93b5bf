import { z } from 'zod';

const LineSchema = z.string().min(1);
const NumberSchema = z.number().int().positive();

const SavedStateSchema = z.strictObject({
  version: z.literal(1),
  clientId: z.string().regex(/^[A-Za-z0-9_-]{22,64}$/),
  nextNumber: NumberSchema,
  /** Commands that have a number and no final reply yet, lowest first. The cluster may have carried them out. */
  unanswered: z.array(z.strictObject({ number: NumberSchema, line: LineSchema })),
  /** Commands that were never sent. */
  waiting: z.array(LineSchema),
  /** Messages that were shown and whose acknowledgement is not confirmed. */
  shown: z.array(NumberSchema),
  /** ID of the account that the client is logged in as, as far as it knows. */
  login: z.string().nullable(),
});

/**
 * What a client must remember to go on where it was: a program that starts with it sends nothing twice and shows
 * nothing twice. `clientId` is a secret, and lines may hold passwords.
 */
export type SavedState = Readonly<z.infer<typeof SavedStateSchema>>;

/** Reads what `formatSavedState` wrote; undefined if it is anything else. */
export function parseSavedState(text: string): SavedState | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
  const parsed = SavedStateSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { unanswered, nextNumber } = parsed.data;
  const ascending = unanswered.every((one, at) => one.number > (unanswered[at - 1]?.number ?? 0));
  return ascending && (unanswered.at(-1)?.number ?? 0) < nextNumber ? parsed.data : undefined;
}

export function formatSavedState(state: SavedState): string {
  return `${JSON.stringify(state)}\n`;
}
