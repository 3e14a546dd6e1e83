import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { formatLogLine, LineSplitter, parseLogLine } from '../../cli/log-lines.ts';

const time = '2026-11-22T19:45:14.803123456Z';

test.each([
  { line: `${time} hello`, parsed: { timestamp: time, text: 'hello' } },
  { line: `${time} `, parsed: { timestamp: time, text: '' } },
  {
    line: '2026-11-22T19:45:14+01:00 x  y',
    parsed: { timestamp: '2026-11-22T19:45:14+01:00', text: 'x  y' },
  },
  { line: `${time}`, parsed: { text: time } },
  { line: 'a continuation', parsed: { text: 'a continuation' } },
  { line: '', parsed: { text: '' } },
])('parseLogLine: "$line"', ({ line, parsed }) => {
  const { text, ...rest } = parseLogLine(Buffer.from(line));
  expect({ ...rest, text: text.toString() }).toEqual(parsed);
});

describe('formatLogLine', () => {
  const line = parseLogLine(Buffer.concat([Buffer.from(`${time} `), Buffer.from([0xff, 0x1b, 0x41])]));
  test.each([
    { options: { timestamps: false, prefix: '' }, shown: Buffer.from([0xff, 0x1b, 0x41, 0x0a]) },
    {
      options: { timestamps: true, prefix: '[base] ' },
      shown: Buffer.concat([Buffer.from(`[base] ${time} `), Buffer.from([0xff, 0x1b, 0x41, 0x0a])]),
    },
  ])('$options', ({ options, shown }) => {
    expect(formatLogLine(line, options)).toEqual(shown);
  });

  test('a line without a timestamp has none to show', () => {
    expect(formatLogLine({ text: Buffer.from('x') }, { timestamps: true, prefix: '' }).toString()).toBe(
      'x\n',
    );
  });
});

property.prop([fc.array(fc.uint8Array({ maxLength: 20 })), fc.array(fc.nat({ max: 9 }))])(
  'LineSplitter gives the same lines however the bytes are cut',
  (chunks, cuts) => {
    const all = Buffer.concat(
      chunks.flatMap((chunk, index) => [chunk, Buffer.alloc((cuts[index] ?? 0) % 2, 10)]),
    );
    const splitter = new LineSplitter();
    const lines: Buffer[] = [];
    let at = 0;
    for (const cut of cuts) {
      lines.push(...splitter.push(all.subarray(at, at + cut)));
      at += cut;
    }
    lines.push(...splitter.push(all.subarray(at)), ...splitter.flush());
    const expected = all.toString('latin1').split('\n');
    if (expected.at(-1) === '') expected.pop();
    expect(lines.map(line => line.toString('latin1'))).toEqual(expected);
  },
);
