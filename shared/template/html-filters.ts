import { bind, flagArgument, integerArgument, optionalInteger, textArgument } from './arguments.ts';
import { PyDict } from './dict.ts';
import type { Filter } from './filter.ts';
import { escapeHtml, stripTags } from './html.ts';
import { jsonText } from './json-text.ts';
import { prettyText } from './pretty-text.ts';
import { toArray } from './protocol.ts';
import { str } from './repr.ts';
import type { Runtime } from './runtime.ts';
import { runtimeFault } from './template-error.ts';
import { typeName } from './type-name.ts';
import { urlize } from './urlize.ts';
import { Markup, Undefined, type Value } from './value.ts';

function html(value: Value, { budget }: Runtime): string {
  if (value instanceof Markup) return value.text;
  const text = escapeHtml(str(value, budget));
  budget.text(text.length);
  return text;
}

const escaping: Filter = (value, args, runtime, name) => {
  bind(name, [], args);
  return new Markup(html(value, runtime));
};

const forceescape: Filter = (value, args, runtime) => {
  bind('forceescape', [], args);
  return new Markup(html(str(value, runtime.budget), runtime));
};

const striptags: Filter = (value, args, { budget }) => {
  bind('striptags', [], args);
  const text = str(value, budget);
  budget.text(text.length);
  return stripTags(text);
};

const tojson: Filter = (value, args, { budget }) => {
  const [indent] = bind('tojson', ['indent?'], args);
  const width = optionalInteger(indent, 'tojson');
  budget.text(width ?? 0);
  const text = jsonText(
    value,
    { sortKeys: true, indent: width === undefined ? undefined : ' '.repeat(Math.max(0, width)) },
    budget,
  );
  return new Markup(
    text.replace(/[<>&']/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
};

const xmlattr: Filter = (value, args, runtime) => {
  const [autospace] = bind('xmlattr', ['autospace?'], args);
  if (!(value instanceof PyDict)) throw runtimeFault(`xmlattr needs a dict, not ${typeName(value)}`);
  const parts: string[] = [];
  for (const [key, item] of value.entries()) {
    if (item === null || item instanceof Undefined) continue;
    const name = textArgument(key, 'xmlattr');
    if (/[\t-\r />=]/.test(name)) throw runtimeFault('xmlattr has a name with a space, /, > or = in it');
    parts.push(`${html(key, runtime)}="${html(item, runtime)}"`);
  }
  const text = parts.join(' ');
  return text !== '' && flagArgument(autospace, true) ? ` ${text}` : text;
};

const urlizeFilter: Filter = (value, args, runtime) => {
  const [limit, nofollow, target, rel, schemes] = bind(
    'urlize',
    ['trim_url_limit?', 'nofollow?', 'target?', 'rel?', 'extra_schemes?'],
    args,
  );
  const words = typeof rel === 'string' ? rel.split(/\s+/) : [];
  if (flagArgument(nofollow)) words.push('nofollow');
  const extra = schemes === undefined || schemes === null ? [] : toArray(schemes, runtime.budget);
  return urlize(
    html(value, runtime),
    {
      limit: limit === undefined || limit === null ? undefined : integerArgument(limit, 'urlize'),
      rel: escapeHtml([...new Set([...words, 'noopener'])].filter(Boolean).sort().join(' ')),
      target: target === undefined || target === null ? '' : escapeHtml(textArgument(target, 'urlize')),
      schemes: extra.map(scheme => textArgument(scheme, 'urlize')),
    },
    runtime.budget,
  );
};

/** Jinja's filters for HTML and for showing data. */
export const htmlFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['e', escaping],
  ['escape', escaping],
  ['forceescape', forceescape],
  [
    'pprint',
    (value, args, { budget }) => {
      bind('pprint', [], args);
      return prettyText(value, budget);
    },
  ],
  [
    'safe',
    (value, args, { budget }) => {
      bind('safe', [], args);
      return new Markup(str(value, budget));
    },
  ],
  ['striptags', striptags],
  ['tojson', tojson],
  ['urlize', urlizeFilter],
  ['xmlattr', xmlattr],
]);
