import { expect, test } from 'vitest';
import { Tally } from './tally.ts';

test('a tally counts what is planned and what has happened, in order of the names', () => {
  const tally = new Tally();
  const refused = tally.plan({ do: 'push', service: 'watch', fault: { kind: 'refuse' } });
  tally.plan({ do: 'push', service: 'watch', fault: { kind: 'refuse' } });
  const killed = tally.plan({ do: 'kill', service: 'launch', draw: 3 });
  refused();
  killed();
  expect(tally.all()).toEqual([
    { group: 'process', fault: 'kill -9', about: 'launch', planned: 1, met: 1 },
    { group: 'push', fault: 'refuse', about: 'watch', planned: 2, met: 1 },
  ]);
});
