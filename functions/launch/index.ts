import { serveHttpFunction } from '../../shared/adapters/http-function.ts';

serveHttpFunction('launch', async () => (await import('./wire.ts')).createLaunch(process.env));
