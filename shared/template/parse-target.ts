import type { Target } from './ast.ts';
import { Fault } from './template-error.ts';
import type { TokenStream } from './token-stream.ts';

const constants: ReadonlySet<string> = new Set(['true', 'false', 'none', 'True', 'False', 'None']);

/** What may be assigned to at this place. */
export interface TargetRules {
  /** `ns.x` may be assigned to. */
  withNamespace?: boolean;
  /** The name `loop` belongs to the loop around. */
  isInLoop?: boolean;
}

/** parseTarget reads what a value is assigned to: a name, or several with commas between them. */
export function parseTarget(stream: TokenStream, rules: TargetRules = {}): Target {
  const { at } = stream.current;
  const items: Target[] = [];
  let isTuple = false;
  for (;;) {
    if (stream.current.type === 'block_end' || stream.isOperator(')') || stream.isName('in')) break;
    items.push(parseOne(stream, rules));
    if (!stream.skipOperator(',')) break;
    isTuple = true;
  }
  const [only] = items;
  if (!isTuple && only !== undefined) return only;
  if (!isTuple) stream.fail('expected a name');
  return { type: 'tuple', items, at };
}

function parseOne(stream: TokenStream, rules: TargetRules): Target {
  const { current } = stream;
  if (stream.skipOperator('(')) {
    const inside = stream.nested(() => parseTarget(stream, { ...rules, withNamespace: false }));
    stream.expectOperator(')');
    return inside;
  }
  const { text: name, at } = stream.expectName();
  if (constants.has(name)) throw new Fault('syntax', `${name} cannot be assigned to`, at);
  if (rules.withNamespace && stream.skipOperator('.')) {
    return { type: 'attr', name, attribute: stream.expectName().text, at };
  }
  if (rules.isInLoop && name === 'loop') {
    throw new Fault('syntax', 'loop cannot be assigned to inside of a loop', current.at);
  }
  return { type: 'name', name, at };
}
