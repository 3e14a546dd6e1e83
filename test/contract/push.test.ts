import { describe } from 'vitest';
import { startBus } from '../../local/bus/server.ts';
import { pushContract } from './push.ts';

pushContract('the local bus', async () => startBus({ port: 0 }));

const emulator = process.env.PUBSUB_EMULATOR_HOST;
describe.skipIf(emulator === undefined)('with PUBSUB_EMULATOR_HOST', () => {
  pushContract('the emulator', async () => ({ host: emulator ?? '', close: async () => undefined }), {
    hidesDeliveryAttempt: true,
    refuses202: true,
  });
});
