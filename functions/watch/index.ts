import { serveHttpFunction } from '../../shared/adapters/http-function.ts';

serveHttpFunction('watch', async () => (await import('./wire.ts')).createWatch(process.env));
