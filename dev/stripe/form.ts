/** A decoded form: texts, lists and nested groups, as Stripe's v1 API nests them with brackets. */
export type Form = { [name: string]: FormValue };
/** One value of a form. */
export type FormValue = string | FormValue[] | Form;

/**
 * Decodes `a=1&b[c]=2&d[0]=3&e[]=4`, from a body or from a query.
 * Groups have no prototype, so a hostile key such as `__proto__` is a key like any other.
 */
export function decodeForm(text: string): Form {
  const root = emptyForm();
  for (const [key, value] of new URLSearchParams(text)) {
    const path = [key.split('[', 1)[0] ?? key, ...[...key.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '')];
    place(root, path, value);
  }
  return collapse(root) as Form;
}

/** The text of a field, or undefined. An empty text means "not set", as with Stripe. */
export function textOf(form: Form, name: string): string | undefined {
  const value = form[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The group of a field, empty if the field is absent or no group. */
export function groupOf(form: Form, name: string): Form {
  const value = form[name];
  return typeof value === 'object' && !Array.isArray(value) ? value : emptyForm();
}

/** The texts of a list field, empty if absent. */
export function textsOf(form: Form, name: string): string[] {
  const value = form[name];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function emptyForm(): Form {
  return Object.create(null) as Form;
}

function place(form: Form, path: string[], value: string): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  const name = head === '' ? String(Object.keys(form).length) : head;
  if (rest.length === 0) {
    form[name] = value;
    return;
  }
  const inner = form[name];
  const group = typeof inner === 'object' && !Array.isArray(inner) ? inner : emptyForm();
  form[name] = group;
  place(group, rest, value);
}

// Lists arrive as groups whose names are 0, 1, 2, …
function collapse(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, collapse(inner)] as const);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  if (isList) return entries.map(([, inner]) => inner);
  const form = emptyForm();
  for (const [name, inner] of entries) form[name] = inner;
  return form;
}
