import { expect, test } from 'vitest';
import type { Settings } from '../../../cli/settings.ts';
import { TaskpodError } from '../../../shared/errors.ts';
import type { Inspectors } from '../../../shared/ports/inspect.ts';
import { runOn } from '../run-on.ts';
import { TestContext } from '../test-context.ts';

/** A deployment of which nothing but the objects of the bucket is there. */
class EmptyContext extends TestContext {
  override async settings(): Promise<Settings> {
    return { ...(await super.settings()), watchTopic: undefined, deadLettersSubscription: undefined };
  }

  override async inspectors(): Promise<Inspectors> {
    const none = async (): Promise<never> => {
      throw new TaskpodError('storage_refused', 'none\u001b[2J', { status: 404 });
    };
    const [read, granted, bindings] = [none, none, none];
    return {
      pubsub: { readTopic: none, listSubscriptions: none, readSubscription: none, granted, bindings },
      bucket: { read, granted, bindings, time: async () => this.clock.now() },
      cluster: async () => {
        throw new TaskpodError('kubernetes_unavailable', 'cut\u001b[2J', { action: 'Mend the line.' });
      },
    };
  }
}

test('on a terminal each finding is a line, with what mends it below, and nothing of it obeyed', async () => {
  const said = await runOn(new EmptyContext(true), 'doctor');
  expect({ ...said, out: said.out.split('\n') }).toEqual({
    code: 1,
    err: '',
    out: [
      '<green>ok</>       the settings of the functions that are known here are right',
      '<red>failed</>   the tasks topic projects/p/topics/t does not exist',
      '         Create it: gcloud pubsub topics create projects/p/topics/t. Or correct its name.',
      '<dim>skipped</>  the watch topic is not known here',
      '         Set TASKPOD_WATCH_TOPIC, or run "taskpod init".',
      '<dim>skipped</>  the events topic is not known here',
      '         Set TASKPOD_EVENTS_TOPIC, or run "taskpod init".',
      '<red>failed</>   the subscription that pushes to launch does not exist',
      '         Apply terraform/modules/platform, or correct TASKPOD_LAUNCH_SUBSCRIPTION.',
      '<dim>skipped</>  what pushes to watch is not known here',
      '         Set TASKPOD_WATCH_SUBSCRIPTION, or run "taskpod init".',
      '<dim>skipped</>  the subscription to dead letters is not known here',
      '         Set TASKPOD_DEAD_LETTERS_SUBSCRIPTION, or run "taskpod init".',
      '<red>failed</>   the bucket test-bucket does not exist',
      '         Create it: gcloud storage buckets create gs://test-bucket --uniform-bucket-level-access --public-access-prevention. Or correct TASKPOD_BUCKET.',
      '<green>ok</>       this machine’s clock agrees with Cloud Storage',
      '<green>ok</>       no attempt is open, so that nothing tells whether the sweep comes',
      '<green>ok</>       no task waits for its launch',
      '<red>failed</>   the cluster kubeconfig could not be checked: cut^[[2J',
      '         Mend the line.',
      '4 ok, 4 failed, 0 with a warning, 4 not applicable.',
      '',
    ],
  });
});

test('an option that makes no sense is bad usage', async () => {
  expect(await runOn(new EmptyContext(false), 'doctor', '--timeout', '0')).toMatchObject({
    code: 2,
    out: '',
  });
});
