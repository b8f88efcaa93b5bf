import { z } from 'zod';
import { ClusterFileSchema } from './cluster-schema.ts';
import type { KeyPath } from './key-path.ts';
import { formatKeyPath, valueAt } from './key-path.ts';
import { nearestKey } from './nearest-key.ts';

export interface Explanation {
  readonly key: string | null;
  readonly what: string;
}

/** Makes one sentence of what zod found. A misspelt key comes first: it often explains a missing one. */
export function explainIssues(issues: readonly z.core.$ZodIssue[], root: unknown): Explanation {
  const issue = issues.find((candidate) => candidate.code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) return { key: null, what: 'is not a valid configuration.' };
  if (issue.code === 'unrecognized_keys') return explainUnknownKey(issue.path, issue.keys[0] ?? '');
  const value = valueAt(root, issue.path);
  const key = formatKeyPath(issue.path);
  const rule =
    issue.code === 'invalid_type' && issue.expected === 'object' && key === null
      ? 'must be an object in braces'
      : issue.message;
  return { key, what: value === undefined ? `is missing; it ${rule}.` : `${rule}, not ${shorten(value)}.` };
}

function explainUnknownKey(path: KeyPath, key: string): Explanation {
  const known = keysAt(path);
  const near = nearestKey(key, known);
  const elsewhere = allKeyPaths().find((candidate) => candidate.at(-1) === key);
  const hint =
    near !== undefined
      ? `did you mean "${near}"?`
      : elsewhere !== undefined
        ? `did you mean "${elsewhere.join('.')}"?`
        : `known here: ${known.join(', ')}.`;
  return { key: formatKeyPath([...path, key]), what: `is not a known key; ${hint}` };
}

/** The keys that the schema knows at a path. */
function keysAt(path: KeyPath): readonly string[] {
  let schema: z.core.$ZodType | undefined = ClusterFileSchema;
  for (const step of path) {
    const inner = unwrap(schema);
    if (inner instanceof z.ZodArray) schema = inner.element;
    else if (inner instanceof z.ZodObject)
      schema = (inner.shape as Record<PropertyKey, z.core.$ZodType>)[step];
  }
  const found = unwrap(schema);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

/** Every key of the groups, as `['timings', 'tickMs']`. */
function allKeyPaths(): readonly (readonly string[])[] {
  return Object.keys(ClusterFileSchema.shape).flatMap((group) => keysAt([group]).map((key) => [group, key]));
}

/** The schema below its default. */
function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) {
    return unwrap(schema.unwrap());
  }
  return schema;
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
