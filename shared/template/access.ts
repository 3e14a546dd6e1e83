import { attributeOf, itemOf } from './attribute.ts';
import { unknownAttribute } from './missing.ts';
import { undefinedFault } from './repr.ts';
import type { Runtime } from './runtime.ts';
import { typeName } from './type-name.ts';
import { Pending, Undefined, type Value } from './value.ts';

/** getAttr is Jinja's `object.name`: the attribute, else the item, else a value that is not there. Throws a Fault. */
export function getAttr(object: Value, name: string, runtime: Runtime): Value {
  if (object instanceof Pending) return object;
  if (object instanceof Undefined) throw undefinedFault(object);
  const attribute = ownAttribute(object, name, runtime);
  if (attribute !== undefined) return attribute;
  const item = itemOf(object, name, runtime);
  return item === undefined ? unknownAttribute(object, name, runtime.at) : item;
}

/** attributeOnly is the attribute alone. */
export function attributeOnly(object: Value, name: string, runtime: Runtime): Value {
  const attribute = ownAttribute(object, name, runtime);
  return attribute === undefined ? unknownAttribute(object, name, runtime.at) : attribute;
}

/**
 * getItem is Jinja's `object[key]`: the item, else the attribute, else a value that is not there. A key that was computed may be a
 * secret: it is not told. Throws a Fault.
 */
export function getItem(object: Value, key: Value, runtime: Runtime, isComputed = false): Value {
  if (object instanceof Pending) return object;
  if (key instanceof Pending) return key;
  if (object instanceof Undefined) throw undefinedFault(object);
  if (key instanceof Undefined) throw undefinedFault(key);
  const item = itemOf(object, key, runtime);
  if (item !== undefined) return item;
  const attribute = typeof key === 'string' ? ownAttribute(object, key, runtime) : undefined;
  if (attribute !== undefined) return attribute;
  return typeof key === 'string' && (!isComputed || key.startsWith('__'))
    ? unknownAttribute(object, key, runtime.at)
    : runtime.missing(`the ${typeName(object)} has no such element`);
}

/** What begins with `_` is nobody's business, whatever it is. */
function ownAttribute(object: Value, name: string, runtime: Runtime): Value | undefined {
  return name.startsWith('_') ? undefined : attributeOf(object, name, runtime);
}
