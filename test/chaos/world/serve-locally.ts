import { startBus } from '../../../local/bus/server.ts';
import { startStorageServer } from '../../../local/storage/server.ts';

// A process of its own, so that neither the proxies nor the functions wait for it. Prints its address when it serves.
const [folder] = process.argv.slice(2);
const url =
  folder === undefined
    ? `http://${(await startBus({ port: 0 })).host}`
    : (await startStorageServer({ folder, port: 0 })).url;
console.log(url);
