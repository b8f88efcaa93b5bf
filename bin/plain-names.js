/*
 * A hook for Node's loader, above that of tsx. tsx has esbuild keep the names of functions, for programs that are minified:
 * each closure gets its name by `Object.defineProperty` whenever one is made, which takes half a microsecond. Nothing is
 * renamed here, and JavaScript names functions by itself: so the helper that would do it does nothing.
 */
const HELPER = 'var __name=(target,value)=>__defProp(target,"name",{value,configurable:true});';
// As long as what it replaces: source maps count columns.
const PLAIN = 'var __name=target=>target;'.padEnd(HELPER.length);

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  const { source } = loaded;
  if (!url.startsWith('file:') || source === null || source === undefined) return loaded;
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  return text.includes(HELPER) ? { ...loaded, source: text.replace(HELPER, PLAIN) } : loaded;
}

/** Our modules name each other by their files: there is nothing to look for, as tsx would, on the disk and two thousand times. */
export async function resolve(specifier, context, nextResolve) {
  const isOurs = specifier.startsWith('.') && specifier.endsWith('.ts') && context.parentURL?.endsWith('.ts');
  if (!isOurs) return nextResolve(specifier, context);
  return { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true };
}
