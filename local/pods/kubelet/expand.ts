/**
 * expand replaces `$(NAME)` by the variable's value, as Kubernetes does in command, args and env values: an unknown name
 * stays as it is written, and `$$` is one `$`, so `$$(NAME)` is the text `$(NAME)`.
 * Source: third_party/forked/golang/expansion in kubernetes/kubernetes.
 */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (match, name: string | undefined) => {
    if (name === undefined) return '$';
    return Object.hasOwn(variables, name) ? (variables[name] ?? '') : match;
  });
}
