import { badRequest } from './status.ts';

/** One term of a label selector. */
export type Requirement =
  | { key: string; operator: 'exists' }
  | { key: string; operator: 'absent' }
  | { key: string; operator: 'in' | 'notin'; values: string[] };

const key = '[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?';
const value = '([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?';
const exists = new RegExp(`^(!?)\\s*(${key})$`);
const equality = new RegExp(`^(${key})\\s*(=|==|!=)\\s*(${value})$`);
const membership = new RegExp(`^(${key})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const oneValue = new RegExp(`^${value}$`);

/**
 * parseLabelSelector reads `a=b`, `a==b`, `a!=b`, `a`, `!a`, `a in (b,c)` and `a notin (b,c)`, separated by commas;
 * an empty text selects everything. Throws a 400 on anything else.
 */
export function parseLabelSelector(text: string): Requirement[] {
  if (text.trim() === '') return [];
  return splitTerms(text).map(term => {
    const requirement = parseTerm(term.trim());
    if (requirement === undefined) throw badRequest(`unable to parse requirement: ${JSON.stringify(term)}`);
    return requirement;
  });
}

/** matchesLabels tells whether labels fulfil every requirement; `!=` and `notin` also match an absent label. */
export function matchesLabels(
  requirements: readonly Requirement[],
  labels: Record<string, string> = {},
): boolean {
  return requirements.every(requirement => {
    const actual = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined;
    if (requirement.operator === 'exists') return actual !== undefined;
    if (requirement.operator === 'absent') return actual === undefined;
    const within = actual !== undefined && requirement.values.includes(actual);
    return requirement.operator === 'in' ? within : !within;
  });
}

/** One term of a field selector. */
export interface FieldRequirement {
  field: string;
  value: string;
  negated: boolean;
}

/** parseFieldSelector reads `field=value`, `field==value` and `field!=value`, separated by commas. Throws a 400. */
export function parseFieldSelector(text: string, supported: readonly string[]): FieldRequirement[] {
  if (text.trim() === '') return [];
  return text.split(',').map(term => {
    const match = /^([A-Za-z.]+)(!=|==|=)(.*)$/.exec(term.trim());
    const [, field = '', operator = '', wanted = ''] = match ?? [];
    if (match === null) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
    if (!supported.includes(field)) throw badRequest(`field label not supported: ${field}`);
    return { field, value: wanted, negated: operator === '!=' };
  });
}

/** matchesFields compares the text at each dotted path; an absent field is the empty text. */
export function matchesFields(requirements: readonly FieldRequirement[], object: unknown): boolean {
  return requirements.every(({ field, value: wanted, negated }) => {
    let current = object;
    for (const part of field.split('.')) {
      current =
        typeof current === 'object' && current !== null && Object.hasOwn(current, part)
          ? Object.entries(current).find(([name]) => name === part)?.[1]
          : undefined;
    }
    return ((current ?? '') === wanted) !== negated;
  });
}

function splitTerms(text: string): string[] {
  const terms = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) terms.push('');
    else terms[terms.length - 1] += character;
  }
  return terms;
}

function parseTerm(term: string): Requirement | undefined {
  const presence = exists.exec(term);
  if (presence) return { key: presence[2] ?? '', operator: presence[1] === '!' ? 'absent' : 'exists' };
  const equals = equality.exec(term);
  if (equals) {
    return { key: equals[1] ?? '', operator: equals[3] === '!=' ? 'notin' : 'in', values: [equals[4] ?? ''] };
  }
  const member = membership.exec(term);
  if (!member) return undefined;
  const values = (member[4] ?? '').split(',').map(part => part.trim());
  if (!values.every(part => oneValue.test(part))) return undefined;
  return { key: member[1] ?? '', operator: member[3] === 'notin' ? 'notin' : 'in', values };
}
