import type { MacroNode } from './ast.ts';
import { PyDict } from './dict.ts';
import type { Args, Runtime } from './runtime.ts';
import { runtimeFault } from './template-error.ts';
import { PyObject, PyTuple, type Value } from './value.ts';

/** What a macro's body sees: a parameter that is undefined here gets its default. */
export interface MacroBinding {
  parameters: readonly (Value | undefined)[];
  specials: ReadonlyMap<string, Value>;
}

/** A macro that was defined. */
export class Macro extends PyObject {
  readonly typeName = 'Macro';
  readonly #node: MacroNode;
  readonly #render: (binding: MacroBinding) => Value;

  constructor(node: MacroNode, render: (binding: MacroBinding) => Value) {
    super();
    this.#node = node;
    this.#render = render;
  }

  override call(args: Args, runtime: Runtime): Value {
    return this.#render(bindMacro(this.#node, args, runtime));
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'name':
        return this.#node.name;
      case 'arguments':
        return new PyTuple(this.#node.parameters.names);
      case 'caller':
        return this.#node.specials.has('caller');
      case 'catch_kwargs':
        return this.#node.specials.has('kwargs');
      case 'catch_varargs':
        return this.#node.specials.has('varargs');
      default:
        return undefined;
    }
  }

  override repr(): string {
    return `<Macro '${this.#node.name}'>`;
  }

  override get isCallable(): boolean {
    return true;
  }
}

/** Jinja's rules: positional first, then by name; what is over goes to varargs and kwargs when the body uses them. */
function bindMacro(node: MacroNode, args: Args, runtime: Runtime): MacroBinding {
  const { names } = node.parameters;
  const left = new Map(args.named);
  const parameters = names.map((name, index) => {
    if (index < args.positional.length) return args.positional[index];
    const value = left.get(name);
    left.delete(name);
    return value;
  });
  const specials = new Map<string, Value>();
  if (node.specials.has('caller') && !names.includes('caller')) {
    const caller = left.get('caller') ?? null;
    specials.set('caller', caller === null ? runtime.missing('there is no caller: use {% call %}') : caller);
    left.delete('caller');
  }
  if (node.specials.has('kwargs')) specials.set('kwargs', new PyDict(left));
  else {
    const [unknown] = left.keys();
    if (unknown !== undefined) throw runtimeFault(`the macro ${node.name} has no parameter ${unknown}`);
  }
  const rest = args.positional.slice(names.length);
  if (node.specials.has('varargs')) specials.set('varargs', new PyTuple(rest));
  else if (rest.length > 0) {
    throw runtimeFault(`the macro ${node.name} takes at most ${names.length} arguments`);
  }
  return { parameters, specials };
}
