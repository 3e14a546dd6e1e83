import { variableObject, variablesPrefix } from '../shared/object-names.ts';
import type { ObjectStore } from '../shared/ports/store.ts';
import { descriptionKey, type VariableText } from '../shared/variable.ts';
import type { Written } from './config-objects.ts';

/** Where variables stand. */
export const variableFolder = { prefix: variablesPrefix, suffix: '' };

/**
 * writeVariable sets a variable, unless somebody else changes it in the same moment: then the answer is `lost`. With `ifNew` one that is
 * there stays: `kept`.
 */
export async function writeVariable(
  key: string,
  { value, description }: VariableText,
  store: ObjectStore,
  { signal, ifNew = false }: { signal: AbortSignal; ifNew?: boolean },
): Promise<Written> {
  const name = variableObject(key);
  const before = await store.read(name, signal);
  if (before !== undefined && ifNew) return 'kept';
  const text = description ?? before?.metadata[descriptionKey] ?? '';
  const options = {
    contentType: 'text/plain; charset=utf-8',
    ...(text === '' ? {} : { metadata: { [descriptionKey]: text } }),
    signal,
  };
  const written = await store.replace(name, value, before?.generation ?? '0', options);
  if (written === undefined) return 'lost';
  return before === undefined ? 'created' : 'replaced';
}
