import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { airflowContext } from '../../../shared/template/airflow-context.ts';
import type { TemplateContext } from '../../../shared/template/context.ts';
import { PyDict } from '../../../shared/template/dict.ts';
import { parseJson } from '../../../shared/template/parse-json.ts';
import { expectedOutcome, type Golden, outcomeOf, readGolden } from './rendering.ts';

/** The data that golden/make.py renders with, made anew so that no template sees what another has changed. */
function goldenContext(): TemplateContext {
  const data = parseJson(readFileSync(join(import.meta.dirname, 'golden/context.json'), 'utf8'));
  if (!(data instanceof PyDict)) throw new Error('the context is no object');
  return { values: new Map([...data.entries()].map(([name, value]) => [String(name), () => value])) };
}

const airflow = airflowContext({
  dagId: 'etl',
  taskId: 'load',
  runId: 'manual__1',
  tryNumber: 2,
  mapIndex: -1,
  logicalDate: '2024-01-31T13:05:09+00:00',
  dataIntervalEnd: '2024-02-01T13:05:09.000250Z',
  params: { env: 'prod', n: 3, list: ['a', 'b'] },
  conf: { x: 'y', k: { z: 1 } },
});

/** Templates where we differ on purpose, and why. */
const onPurpose: readonly {
  why: string;
  isMeant: (golden: Golden, ours: { text: string | null; error: string }) => boolean;
}[] = [
  {
    why: 'Data that holds something undefined is not printed as "Undefined": a value that is not there is always a mistake.',
    isMeant: ([, text], { error }) =>
      text !== null && error === 'undefined' && !text.includes('TemplateReference'),
  },
  {
    why: 'Jinja reports a wrong type where the reason is that the value is not there.',
    isMeant: ([, , error], ours) => error === 'TypeError' && ours.error === 'undefined',
  },
  {
    why: 'There is one template alone, so nothing for `self` to stand for.',
    isMeant: ([, text]) => text === '<TemplateReference None>',
  },
  {
    why: 'Jinja forgives a comment that is opened by the last two characters.',
    isMeant: ([template]) => template === '{#',
  },
  {
    why: "A date without a time is written as Python's, not as pendulum's, within a list or dict.",
    isMeant: ([, text]) => text === "{'d': Date(2024, 1, 31)}",
  },
  {
    why: "Node's data has no letters for some zones.",
    isMeant: ([template]) => template.includes("'Asia/Tokyo').tzname()"),
  },
];

interface Difference {
  template: string;
  jinja: unknown;
  ours: unknown;
}

function compare(
  name: string,
  context: () => TemplateContext,
): { count: number; meant: number; differences: Difference[] } {
  const goldens = readGolden(name);
  const differences: Difference[] = [];
  let meant = 0;
  for (const golden of goldens) {
    const ours = outcomeOf(golden[0], context());
    const jinja = expectedOutcome(golden, ours);
    if (jinja.text === ours.text && jinja.error === ours.error) continue;
    if (onPurpose.some(({ isMeant }) => isMeant(golden, ours))) meant++;
    else differences.push({ template: golden[0], jinja, ours });
  }
  return { count: goldens.length, meant, differences };
}

describe('every template gives what Jinja 3.1.6 gives, but for what differs on purpose', () => {
  test('written by hand', () => {
    expect(compare('written.jsonl', goldenContext)).toEqual({ count: 1106, meant: 4, differences: [] });
  });

  test('made at random', () => {
    expect(compare('generated.jsonl', goldenContext)).toEqual({ count: 2600, meant: 9, differences: [] });
  });

  test("with Airflow's names, pendulum's dates and the documentation's examples", () => {
    expect(compare('airflow.jsonl', () => airflow)).toEqual({ count: 340, meant: 2, differences: [] });
  });
});
