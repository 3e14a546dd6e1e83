import { describe, expect, test } from 'vitest';
import type { Fault } from '../../fakes/faults.ts';
import { helloObjects, Launcher } from './launcher.ts';

/** Lets calls that match take time: the clock moves when they happen. */
function slow(launcher: Launcher, pattern: RegExp, ms: number, calls: string[] = []): Fault {
  return (call, moment) => {
    if (moment === 'before') calls.push(call);
    if (moment === 'after' && pattern.test(call)) launcher.advance(ms);
  };
}

const kinds = (calls: readonly string[]): string[] =>
  calls
    .filter(call => !call.startsWith('readKnown config/'))
    .map(call => call.replace(/ tasks\/.*$/, ' pod').replace(/ (runs|open)\/.*$/, ' $1'));

describe('a POST follows its proof within a second', () => {
  test('a claim that took 999 ms is proof enough', async () => {
    const launcher = new Launcher();
    const calls: string[] = [];
    launcher.setFault(slow(launcher, /^create runs/, 999, calls));
    expect(await launcher.deliver()).toMatchObject({ result: { end: 'created' } });
    expect(kinds(calls).slice(0, 3)).toEqual(['create open', 'create runs', 'create pod']);
  });

  test('a claim that took 1,000 ms is not: Pod and traces are looked for', async () => {
    const launcher = new Launcher();
    const calls: string[] = [];
    launcher.setFault(slow(launcher, /^create runs/, 1_000, calls));
    expect(await launcher.deliver()).toMatchObject({ result: { end: 'created' } });
    expect(kinds(calls).slice(0, 6)).toEqual([
      'create open',
      'create runs',
      'read pod',
      'list runs',
      'heardOf pod',
      'create pod',
    ]);
  });

  test('a slow marker costs nothing: the proof begins with the claim', async () => {
    const launcher = new Launcher();
    const calls: string[] = [];
    launcher.setFault(slow(launcher, /^create open/, 60_000, calls));
    expect(await launcher.deliver()).toMatchObject({ result: { end: 'created' } });
    expect(kinds(calls)).not.toContain('read pod');
  });

  test('a verification that took too long is made again, and the second one counts', async () => {
    const launcher = new Launcher();
    const calls: string[] = [];
    let stalls = 1;
    launcher.setFault((call, moment) => {
      if (moment === 'before') calls.push(call);
      else if (call.startsWith('create runs')) launcher.advance(5_000);
      else if (call.startsWith('list runs') && stalls-- > 0) launcher.advance(1_000);
    });
    expect(await launcher.deliver()).toMatchObject({ result: { end: 'created' } });
    expect(kinds(calls).slice(2, 8)).toEqual([
      'read pod',
      'list runs',
      'heardOf pod',
      'read pod',
      'list runs',
      'create pod',
    ]);
  });

  test.each([
    [1_000, ['read pod', 'list runs', 'heardOf pod', 'read pod', 'list runs', 'create pod']],
    [9_999, ['read pod', 'list runs', 'heardOf pod', 'read pod', 'list runs', 'create pod']],
  ])(
    'events that took %i ms to be listed are not listed again: that is what made them slow',
    async (ms, made) => {
      const launcher = new Launcher();
      const calls: string[] = [];
      launcher.setFault((call, moment) => {
        if (moment === 'before') calls.push(call);
        else if (call.startsWith('create runs')) launcher.advance(5_000);
        else if (call.startsWith('heardOf')) launcher.advance(ms);
      });
      expect(await launcher.deliver()).toMatchObject({ result: { end: 'created' } });
      expect(kinds(calls).slice(2, 8)).toEqual(made);
    },
  );

  test('events that were listed 10 s ago tell too little: they are listed again', async () => {
    const launcher = new Launcher();
    const calls: string[] = [];
    let stalls = 1;
    launcher.setFault((call, moment) => {
      if (moment === 'before') calls.push(call);
      else if (call.startsWith('create runs')) launcher.advance(5_000);
      else if (call.startsWith('heardOf') && stalls-- > 0) launcher.advance(10_000);
    });
    expect(await launcher.deliver()).toMatchObject({ result: { end: 'created' } });
    expect(kinds(calls).filter(call => call === 'heardOf pod')).toHaveLength(2);
  });

  test('a verification counts from the start of the read, not from its end', async () => {
    const launcher = new Launcher();
    launcher.setFault(slow(launcher, /^(create runs|read tasks)/, 1_000));
    expect(await launcher.deliver()).toEqual({ status: 503 });
    expect(launcher.pods.created).toEqual([]);
  });

  test('when every verification is too slow, the message is delivered again', async () => {
    const launcher = new Launcher();
    const calls: string[] = [];
    launcher.setFault(slow(launcher, /^(create|list) runs/, 1_000, calls));
    expect(await launcher.deliver()).toEqual({ status: 503 });
    expect(kinds(calls).filter(call => call === 'read pod')).toHaveLength(4);
    expect(launcher.logs[0]?.message).toMatch(
      /^launch failed: Pod tasks\/hello-\w+ could not be posted in time/,
    );
    expect(launcher.logs[0]?.record?.action).toMatch(
      /^The message is delivered again\. .* storage or API server/,
    );
    launcher.setFault(undefined);
    expect(await launcher.deliver()).toMatchObject({ status: 204, result: { end: 'created' } });
  });

  test('a wall clock that jumps changes nothing', async () => {
    const launcher = new Launcher();
    const calls: string[] = [];
    launcher.setFault((call, moment) => {
      if (moment === 'before') calls.push(call);
      else launcher.nowMs += 3_600_000;
    });
    await launcher.deliver();
    expect(kinds(calls)).not.toContain('read pod');
  });
});

describe('a stalled process', () => {
  test('does not post a Pod that has come and gone while it stalled', async () => {
    const launcher = new Launcher();
    const signal = new AbortController().signal;
    let isFirst = true;
    launcher.setFault(async (call, moment) => {
      if (moment !== 'after' || !call.startsWith('create runs') || !isFirst) return;
      isFirst = false;
      // While the first delivery stalls, a second one launches the attempt, and it runs to its end.
      await launcher.deliver();
      await launcher.store.create(helloObjects.pod, '{}', { signal });
      launcher.pods.clear();
      launcher.advance(30_000);
    });
    expect(await launcher.deliver()).toMatchObject({ result: { end: 'left to the watch' } });
    expect(launcher.pods.created).toHaveLength(1);
  });

  test('finds the Pod of another delivery that was faster, by the 409', async () => {
    const launcher = new Launcher();
    let isFirst = true;
    launcher.setFault(async (call, moment) => {
      if (moment !== 'before' || !call.startsWith('create tasks') || !isFirst) return;
      isFirst = false;
      await launcher.deliver();
    });
    expect(await launcher.deliver()).toMatchObject({ result: { end: 'adopted' } });
    expect(launcher.pods.created).toHaveLength(1);
  });

  test('after a 409 whose Pod is gone without a trace, posts again', async () => {
    const launcher = new Launcher();
    const rehearsal = new Launcher();
    await rehearsal.deliver();
    for (const made of rehearsal.pods.created) {
      launcher.pods.put('tasks', { ...made, metadata: { ...made.metadata, annotations: {} } });
    }
    const calls: string[] = [];
    launcher.setFault((call, moment) => {
      if (moment === 'before') calls.push(call);
      else if (call.startsWith('create tasks')) launcher.pods.clear();
    });
    expect(await launcher.deliver()).toMatchObject({ result: { end: 'created' } });
    expect(kinds(calls).filter(call => call.endsWith(' pod'))).toEqual([
      'create pod',
      'read pod',
      'heardOf pod',
      'create pod',
    ]);
  });
});
