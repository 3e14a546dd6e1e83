import { didYouMean } from '../task/did-you-mean.ts';
import type { TemplateContext } from './context.ts';
import { PyDict } from './dict.ts';
import type { Scope } from './scope.ts';
import { typeName } from './type-name.ts';
import { Undefined, type Value } from './value.ts';

/** Keys of a dict that are looked at for a hint. */
const maxKeys = 100;

/** unknownName stands for a name that does not exist; says why, or which name is near. */
export function unknownName(name: string, at: number, scope: Scope, context: TemplateContext): Undefined {
  const reason = context.absent?.get(name);
  return new Undefined(reason ?? `${name} is not defined${didYouMean(name, scope.names())}`, at);
}

/** unknownAttribute stands for an attribute or a key that does not exist; says which one is near. */
export function unknownAttribute(object: Value, name: string, at: number): Undefined {
  if (name.startsWith('__')) {
    return new Undefined(`access to ${name} is refused: internals cannot be reached`, at, 'security');
  }
  const known = object instanceof PyDict ? textKeys(object) : [];
  return new Undefined(`the ${typeName(object)} has no ${name}${didYouMean(name, known)}`, at);
}

function textKeys(dict: PyDict): string[] {
  const keys: string[] = [];
  for (const key of dict.keys()) {
    if (typeof key === 'string') keys.push(key);
    if (keys.length === maxKeys) break;
  }
  return keys;
}
