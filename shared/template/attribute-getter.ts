import type { Runtime } from './runtime.ts';
import { runtimeFault } from './template-error.ts';
import { Markup, Undefined, type Value } from './value.ts';

/**
 * attributeGetter looks up what `attribute=` names in filters: a key or an index, or several with dots between them. `otherwise`
 * stands for what is not there. None gives the element itself.
 */
export function attributeGetter(
  attribute: Value,
  runtime: Runtime,
  otherwise: Value = null,
): (element: Value) => Value {
  const keys = keysOf(attribute);
  return element => {
    let value = element;
    for (const key of keys) {
      value = runtime.getItem(value, key);
      if (otherwise !== null && value instanceof Undefined) value = otherwise;
    }
    return value;
  };
}

/** attributesGetter is the same for several attributes with commas between them; gives all of them. */
export function attributesGetter(attribute: Value, runtime: Runtime): (element: Value) => Value[] {
  const names = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  const getters = names.map(name => attributeGetter(name, runtime));
  return element => getters.map(get => get(element));
}

function keysOf(attribute: Value): Value[] {
  if (attribute === null) return [];
  const text = attribute instanceof Markup ? attribute.text : attribute;
  if (typeof text === 'bigint') return [text];
  if (typeof text !== 'string') throw runtimeFault('attribute= needs a name or an index');
  return text.split('.').map(part => (/^\d{1,9}$/.test(part) ? BigInt(part) : part));
}

/** ignoreCase makes a text small, and leaves anything else. */
export function ignoreCase(value: Value): Value {
  if (typeof value === 'string') return value.toLowerCase();
  return value instanceof Markup ? value.text.toLowerCase() : value;
}
