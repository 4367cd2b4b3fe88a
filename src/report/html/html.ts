/** Markup that may stand in a page as it is. Only `html` makes it, so that no text gets there unescaped. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Content = Html | string | number | null | readonly Content[];

/** A template whose texts are escaped, for element content and for attributes in double quotes. */
export const html = (strings: TemplateStringsArray, ...values: readonly Content[]): Html =>
  new Html(strings.map((text, index) => text + markupOf(values[index] ?? null)).join(''));

export const nothing = html``;

function markupOf(content: Content): string {
  if (content === null) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'object') return content.map(markupOf).join('');
  return escapeText(String(content));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * What could end a text or an attribute, and what would show a text as something else: control characters, and
 * those that turn the direction of writing (Unicode, "Trojan source"), are shown by their code.
 */
export const escapeText = (text: string): string =>
  text.replaceAll(/[&<>"'`]/g, (sign) => entities[sign] ?? '').replaceAll(hidden, shownByCode);

const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/gu;

const shownByCode = (sign: string): string =>
  `‹U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`;
