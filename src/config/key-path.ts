/** A way into the file, as zod gives it: `['nodes', 0, 'client']`. */
export type KeyPath = readonly PropertyKey[];

/** Writes a path as a person would: `nodes[0].client`. The empty path, the file itself, is null. */
export function formatKeyPath(path: KeyPath): string | null {
  if (path.length === 0) return null;
  return path
    .map((step, place) =>
      typeof step === 'number' ? `[${step}]` : place === 0 ? String(step) : `.${String(step)}`,
    )
    .join('');
}

/** What the file holds at a path; undefined where it holds nothing. */
export function valueAt(root: unknown, path: KeyPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}
