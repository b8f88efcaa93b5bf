import { readFileSync } from 'node:fs';
import type { Plan } from '../faults/plan.ts';
import type { Outcome } from '../run.ts';
import { pictureOf } from './picture.ts';
import type { Told } from './story.ts';

/** Where the page wants its data, however a formatter lays it out. */
const PLACE = /\{\s*"picture":\s*null\s*\}/;

/** A run as a page of its own that draws it in space and time: no server, and nothing from outside. */
export function htmlTrace(plan: Plan, told: readonly Told[], { failure, events }: Outcome): string {
  const verdict = failure === null ? `${events} events, all held` : `${failure.invariant} broken`;
  const picture = pictureOf(plan, told, verdict);
  // In a script element nothing but its end tag has a meaning of its own.
  const data = JSON.stringify(picture).replaceAll('<', '\\u003c');
  const page = readFileSync(new URL('./trace-page.html', import.meta.url), 'utf8');
  if (!PLACE.test(page)) throw new Error('trace-page.html has no place for the picture');
  return page.replace(PLACE, () => data);
}
