import { describe } from 'vitest';
import { startBus } from '../../local/bus/server.ts';
import { connectClientPublisher } from '../../shared/adapters/pubsub/client-publisher.ts';
import { groupedPublisher } from '../../shared/adapters/pubsub/grouped-publisher.ts';
import { connectRestPublisher } from '../../shared/adapters/pubsub/rest-publisher.ts';
import { systemClock } from '../../shared/time.ts';
import { publisherContract } from './publisher.ts';

const retryDeps = { clock: systemClock, random: Math.random };

publisherContract('REST to the local bus', async () => {
  const bus = await startBus({ port: 0 });
  const publisher = connectRestPublisher({ retryDeps, emulatorHost: bus.host });
  return { publisher, host: bus.host, close: () => bus.close() };
});

publisherContract('REST in groups, to the local bus', async () => {
  const bus = await startBus({ port: 0 });
  const publisher = groupedPublisher(connectRestPublisher({ retryDeps, emulatorHost: bus.host }));
  return { publisher, host: bus.host, close: () => bus.close() };
});

const emulator = process.env.PUBSUB_EMULATOR_HOST;
describe.skipIf(emulator === undefined)('with PUBSUB_EMULATOR_HOST', () => {
  publisherContract('REST to the emulator', async () => ({
    publisher: connectRestPublisher({ retryDeps }),
    host: emulator ?? '',
    close: async () => undefined,
  }));

  publisherContract('Google’s client to the emulator', async () => {
    const publisher = connectClientPublisher({ retryDeps });
    return { publisher, host: emulator ?? '', close: async () => publisher[Symbol.asyncDispose]() };
  });
});
