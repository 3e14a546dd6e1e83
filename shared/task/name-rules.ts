import type { Problem } from '../errors.ts';

/** A rule for a text: what is wrong with it and what to do, or undefined when it is right. Never repeats the text. */
export type TextRule = (text: string) => string | undefined;

/** textProblems applies a rule to a value that is text; another type is somebody else's problem. */
export function textProblems(value: unknown, path: string, rule: TextRule): Problem[] {
  const message = typeof value === 'string' ? rule(value) : undefined;
  return message === undefined ? [] : [{ path, message }];
}

/** What Kubernetes calls a DNS-1123 label: namespaces, containers, volumes. */
export const dnsLabel: TextRule = text => {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) return undefined;
  return 'must be 1 to 63 lower-case letters, digits or "-", with a letter or digit first and last';
};

/** What Kubernetes calls a DNS-1123 subdomain: service accounts, Secrets, ConfigMaps. */
export const dnsSubdomain: TextRule = text => {
  if (text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text)) {
    return undefined;
  }
  return 'must be 1 to 253 lower-case letters, digits, "-" or ".", with a letter or digit first and last';
};

const qualifiedName = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** The key of a label or an annotation: a name, with a DNS prefix and "/" before it or without. */
export const labelKey: TextRule = text => {
  const slash = text.indexOf('/');
  const prefix = slash === -1 ? undefined : text.slice(0, slash);
  const prefixIsRight = prefix === undefined || dnsSubdomain(prefix) === undefined;
  if (prefixIsRight && qualifiedName.test(text.slice(slash + 1))) return undefined;
  return 'is not a key that Kubernetes takes: at most 63 letters, digits, "-", "_" or ".", with a DNS prefix and "/" before it if need be';
};

/** The value of a label. */
export const labelValue: TextRule = text => {
  if (text === '' || qualifiedName.test(text)) return undefined;
  return 'must be at most 63 letters, digits, "-", "_" or ".", with a letter or digit first and last; use an annotation for other text';
};

/** Printable ASCII but "=". Source: relaxed validation of environment variable names, on by default since Kubernetes 1.32. */
export const envName: TextRule = text => {
  if (/^[\x20-\x3c\x3e-\x7e]+$/.test(text)) return undefined;
  return 'is not a name of an environment variable: use printable ASCII characters without "="';
};

const domainPart = '(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])';
const domain = `(?:${domainPart}(?:\\.${domainPart})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?`;
const pathPart = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const reference = new RegExp(`^(?:${domain}/)?${pathPart}(?:/${pathPart})*(?::${tag})?(?:@${digest})?$`);

/** A container image: the grammar of github.com/distribution/reference, which the kubelet applies (InvalidImageName). */
export const imageReference: TextRule = text => {
  if (text.length <= 512 && reference.test(text)) return undefined;
  return 'is not an image reference: write [registry/]repository[:tag][@digest], the repository in lower case, without blanks';
};

/** An id of a run: what object names and events can carry. */
export const id: TextRule = text => {
  if (text === '' || text.length > 250) return 'must have 1 to 250 characters';
  if (/\p{Cc}/u.test(text)) return 'must not hold control characters';
  if (!text.isWellFormed()) return 'must be Unicode text';
  return text === '.' || text === '..' ? 'must not be "." or ".."' : undefined;
};
