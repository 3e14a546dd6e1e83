import { describe } from 'vitest';
import { startBus } from '../../local/bus/server.ts';
import { connectClientSubscriptions } from '../../shared/adapters/pubsub/client-subscriptions.ts';
import { systemClock } from '../../shared/time.ts';
import { subscriptionsContract } from './subscriptions.ts';

const retryDeps = { clock: systemClock, random: Math.random };

subscriptionsContract('Google’s client to the local bus', async () => {
  const bus = await startBus({ port: 0 });
  const subscriptions = connectClientSubscriptions({ retryDeps, emulatorHost: bus.host });
  const close = async () => {
    await subscriptions[Symbol.asyncDispose]();
    await bus.close();
  };
  return { subscriptions, host: bus.host, close };
});

const emulator = process.env.PUBSUB_EMULATOR_HOST;
describe.skipIf(emulator === undefined)('with PUBSUB_EMULATOR_HOST', () => {
  subscriptionsContract('Google’s client to the emulator', async () => {
    const subscriptions = connectClientSubscriptions({ retryDeps });
    return { subscriptions, host: emulator ?? '', close: async () => subscriptions[Symbol.asyncDispose]() };
  });
});
