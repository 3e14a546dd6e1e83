import { runCli } from '../../cli/run.ts';
import type { TestContext } from './test-context.ts';

/** Runs one command line; gives how it ended and all that it has said. */
export async function runOn(context: TestContext, ...args: string[]) {
  const code = await runCli(args, context);
  const said = { code, out: context.out.text, err: context.err.text };
  context.out.text = '';
  context.err.text = '';
  return said;
}

/** A standard input with this text. */
export async function* input(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
