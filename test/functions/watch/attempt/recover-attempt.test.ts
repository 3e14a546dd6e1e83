import { describe, expect, test } from 'vitest';
import { running } from '../../../fakes/make-pod.ts';
import { Following } from './following.ts';

describe('the first look', () => {
  const looks = async (following: Following): Promise<string[]> => {
    const calls: string[] = [];
    following.world.store.fault = (call, moment) => {
      if (moment === 'before') calls.push(call.replace(/ .*\//, ' '));
    };
    await following.through();
    return calls.slice(0, calls.indexOf('create base.log'));
  };

  test('lists nothing when nobody has seen the Pod before', async () => {
    expect(await looks(await Following.launch())).toEqual([
      'readKnown outcome.json',
      'create pod.json',
      'create running.json',
    ]);
  });

  test('goes on with what another Turn has written of a Pod that has not started', async () => {
    const following = await Following.launch();
    const { store } = following.world;
    await store.create(following.names.pod, '{}', { signal: following.hard.signal });
    expect(await looks(following)).toEqual([
      'readKnown outcome.json',
      'create pod.json',
      'list ',
      'create running.json',
    ]);
  });

  test('goes on with what another Turn has written of a Pod that has started', async () => {
    const following = await Following.launch();
    const { store } = following.world;
    await store.create(following.names.running, '{}', { signal: following.hard.signal });
    following.updates.update({ ...following.pod, status: { containerStatuses: [running('base')] } });
    expect(await looks(following)).toEqual(['list ']);
  });

  test('records the sight of a Pod that has started before anybody saw it', async () => {
    const following = await Following.launch();
    following.updates.update({ ...following.pod, status: { containerStatuses: [running('base')] } });
    expect(await looks(following)).toEqual(['list ', 'create pod.json', 'create running.json']);
  });
});
