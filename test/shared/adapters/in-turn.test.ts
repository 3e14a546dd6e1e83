import { expect, test } from 'vitest';
import { inTurn } from '../../../shared/adapters/in-turn.ts';

const never = new AbortController().signal;
/** Lets everything run that does not wait for anything. */
const settle = () => new Promise(resolve => setImmediate(resolve));

/** Operations that go on until the test ends them. */
class Operations {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, PromiseWithResolvers<string>>();

  begin(name: string): Promise<string> {
    this.begun.push(name);
    const end = Promise.withResolvers<string>();
    this.#ends.set(name, end);
    return end.promise;
  }

  async succeed(name: string): Promise<void> {
    this.#ends.get(name)?.resolve(name);
    await settle();
  }

  async fail(name: string, error: Error): Promise<void> {
    this.#ends.get(name)?.reject(error);
    await settle();
  }
}

test('so many go on at a time, the others in the order in which they have come; one that fails makes room as well', async () => {
  const run = inTurn(2);
  const operations = new Operations();
  const results = Promise.allSettled(
    ['a', 'b', 'c', 'd'].map(name => run(() => operations.begin(name), never)),
  );
  await settle();
  expect(operations.begun).toEqual(['a', 'b']);
  const error = new Error('no');
  await operations.fail('b', error);
  expect(operations.begun).toEqual(['a', 'b', 'c']);
  await operations.succeed('a');
  expect(operations.begun).toEqual(['a', 'b', 'c', 'd']);
  await operations.succeed('c');
  await operations.succeed('d');
  const fulfilled = (value: string) => ({ status: 'fulfilled', value });
  expect(await results).toEqual([
    fulfilled('a'),
    { status: 'rejected', reason: error },
    fulfilled('c'),
    fulfilled('d'),
  ]);
});

test('who is called off while waiting is told at once, is never begun, and takes no place', async () => {
  const run = inTurn(1);
  const operations = new Operations();
  const stop = new AbortController();
  const first = run(() => operations.begin('first'), never);
  const second = run(() => operations.begin('second'), stop.signal);
  const third = run(() => operations.begin('third'), never);
  await settle();
  stop.abort();
  await expect(second).rejects.toMatchObject({ code: 'aborted' });
  await operations.succeed('first');
  expect(operations.begun).toEqual(['first', 'third']);
  await operations.succeed('third');
  expect(await Promise.all([first, third])).toEqual(['first', 'third']);
});
