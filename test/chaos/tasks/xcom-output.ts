import { firstState, letters, nextState, shared } from './awk-parts.ts';

/** What a container leaves in return.json. */
export interface XcomPlan {
  /** 1 to 2^31 - 2. */
  seed: number;
  /** `none`: no file; `empty`: a file of no bytes; `invalid`: what is not JSON. */
  kind: 'value' | 'none' | 'empty' | 'invalid';
  /** Of a value: so many letters, and some more around them. */
  letters: number;
}

/** Bytes of a value beside its letters, at most (a try has up to four digits). */
export const xcomOverheadBytes = 40;

/** So many letters at once. */
const chunk = 200;

const program = `${shared}
BEGIN {
  printf "%s", "[" T ", \\"Größe\\", \\""
  for (left = Z; left > 0; left -= ${chunk}) {
    at = 1 + r() % 700
    printf "%s", substr(A, at, left < ${chunk} ? left : ${chunk})
  }
  printf "%s", "\\"]"
}`;

const path = '/airflow/xcom/return.json';

/** resultScript is the part of a shell script that writes what {@link writtenResult} gives; \`$1\` is the try. */
export function resultScript(plan: XcomPlan): string {
  switch (plan.kind) {
    case 'none':
      return 'true';
    case 'empty':
      return `: > ${path}`;
    case 'invalid':
      return `echo "[no JSON, $1" > ${path}`;
    case 'value':
      return `awk -v S=${plan.seed} -v T="$1" -v B=0 -v Z=${plan.letters} '${program}' > ${path}`;
  }
}

/** writtenResult is the value as it has to be stored; undefined: none. */
export function writtenResult(plan: XcomPlan, tryNumber: number): Buffer | undefined {
  if (plan.kind === 'empty') return Buffer.alloc(0);
  if (plan.kind !== 'value') return undefined;
  let state = firstState(plan.seed, tryNumber, 0);
  let text = '';
  for (let left = plan.letters; left > 0; left -= chunk) {
    state = nextState(state);
    const at = state % 700;
    text += letters.slice(at, at + Math.min(left, chunk));
  }
  return Buffer.from(`[${tryNumber}, "Größe", "${text}"]`);
}
