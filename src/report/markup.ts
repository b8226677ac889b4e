/**
 * Text that is HTML or SVG already. Everything else that enters a template is escaped, so that a file name with
 * angle brackets stays a file name.
 */
export class Markup {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

export type Part = Markup | string | number | undefined | false | readonly Part[];

/** Control characters are illegal in SVG and dangerous on a terminal; the replacement character shows that one was there. */
export function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]/gu, '\ufffd');
}

export function escapeText(text: string): string {
  return withoutControls(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function write(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(write).join('');
  return escapeText(String(part));
}

/** Template tag: html`<td>${name}</td>` escapes name; Markup passes, lists are joined, undefined and false vanish. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0];
  parts.forEach((part, i) => {
    text += write(part) + strings[i + 1];
  });
  return new Markup(text);
}
