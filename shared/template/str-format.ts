import { PyDict } from './dict.ts';
import { formatValue } from './format-spec.ts';
import { asciiRepr, repr, str } from './repr.ts';
import type { Args, Runtime } from './runtime.ts';
import { Fault, runtimeFault } from './template-error.ts';
import type { Value } from './value.ts';

/** A field of a format: what stands between `{` and `}`. */
interface Field {
  name: string;
  conversion: string | undefined;
  spec: string;
  end: number;
}

/**
 * formatText is Python's str.format(), with the values of a dict in place of named arguments where a mapping is given. Attributes
 * and items in a field are looked up by the interpreter's own rules. Throws a Fault.
 */
export function formatText(format: string, args: Args, runtime: Runtime, mapping?: Value): string {
  const take = argumentTaker(args, mapping);
  return expand(format, take, runtime, 2);
}

type Take = (name: string) => Value;

function argumentTaker(args: Args, mapping: Value | undefined): Take {
  let next = 0;
  let isNumbered: boolean | undefined;
  return name => {
    if (name === '' || /^\d+$/.test(name)) {
      if (isNumbered !== undefined && isNumbered !== (name !== '')) {
        throw runtimeFault('a format uses {} or {0}, not both');
      }
      isNumbered = name !== '';
      const value = args.positional[name === '' ? next++ : Number(name)];
      if (value === undefined) throw runtimeFault('the format has more {} than there are values');
      return value;
    }
    const value = mapping instanceof PyDict ? mapping.get(name) : args.named.get(name);
    if (value === undefined)
      throw runtimeFault(`the format names ${JSON.stringify(name)}, which is not given`);
    return value;
  };
}

function expand(format: string, take: Take, runtime: Runtime, depth: number): string {
  if (depth < 0) throw runtimeFault('a format within a format within a format is too much');
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const open = nextBrace(format, at);
    parts.push(format.slice(at, open));
    const brace = format.charAt(open);
    if (brace === '') return parts.join('');
    if (format.charAt(open + 1) === brace) {
      parts.push(brace);
      at = open + 2;
      continue;
    }
    if (brace === '}') throw runtimeFault('a format has a single }: write }} for the sign itself');
    const field = readField(format, open + 1);
    const value = convert(lookUp(field.name, take, runtime), field.conversion, runtime);
    const piece = formatValue(value, expand(field.spec, take, runtime, depth - 1), runtime.budget);
    runtime.budget.text(piece.length);
    parts.push(piece);
    at = field.end;
  }
}

function nextBrace(text: string, start: number): number {
  const found = /[{}]/g;
  found.lastIndex = start;
  return found.exec(text)?.index ?? text.length;
}

function readField(format: string, start: number): Field {
  let open = 1;
  let at = start;
  for (; at < format.length; at++) {
    const char = format.charAt(at);
    if (char === '{') open++;
    else if (char === '}' && --open === 0) break;
  }
  if (open > 0) throw runtimeFault('a format has a { that is not closed: write {{ for the sign itself');
  const match = /^([^!:]*?(?:\[[^\]]*\][^!:[]*)*)(?:!([^:]*))?(?::([\s\S]*))?$/.exec(format.slice(start, at));
  const [, name = '', conversion, spec = ''] = match ?? [];
  if (match === null || (conversion !== undefined && conversion.length !== 1)) {
    throw runtimeFault('a format has a field that cannot be read');
  }
  return { name, conversion, spec, end: at + 1 };
}

function lookUp(field: string, take: Take, runtime: Runtime): Value {
  const first = /^[^.[]*/.exec(field)?.[0] ?? '';
  let value = take(first);
  let rest = field.slice(first.length);
  while (rest !== '') {
    const match = /^(?:\.([^.[]+)|\[([^\]]+)\])/.exec(rest);
    if (match === null) throw runtimeFault('a format has a field that cannot be read');
    const [whole, attribute, key = ''] = match;
    value =
      attribute === undefined
        ? runtime.getItem(value, /^\d+$/.test(key) ? BigInt(key) : key)
        : runtime.getAttr(value, attribute);
    rest = rest.slice(whole.length);
  }
  return value;
}

function convert(value: Value, conversion: string | undefined, { budget }: Runtime): Value {
  switch (conversion) {
    case undefined:
      return value;
    case 's':
      return str(value, budget);
    case 'r':
      return repr(value, budget);
    case 'a':
      return asciiRepr(repr(value, budget));
    default:
      throw new Fault('runtime', 'a format has an unknown conversion: use !s, !r or !a');
  }
}
