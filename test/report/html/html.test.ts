import { describe, expect, it } from 'vitest';
import { html } from '../../../src/report/html/html.ts';
import { table } from '../../../src/report/html/parts.ts';
import { shorten } from '../../../src/report/html/svg.ts';

describe('markup', () => {
  it.each([
    ['an element', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['the end of an attribute', '" onclick="x', '&quot; onclick=&quot;x'],
    ['quotes of every kind', "'`", '&#39;&#96;'],
    ['an entity', '&lt;', '&amp;lt;'],
    ['a turned direction', 'a\u202eb', 'a‹U+202E›b'],
    ['a control character', 'a\u0000b', 'a‹U+0000›b'],
    ['half of a surrogate pair', 'a\ud800b', 'a‹U+D800›b'],
    ['what is harmless', 'ünïcode ✓ 日本\n\t', 'ünïcode ✓ 日本\n\t'],
  ])('shows %s as text', (_, text, markup) => {
    expect(html`${text}`.markup).toBe(markup);
    expect(html`<p title="${text}">${[text]}</p>`.markup).toBe(`<p title="${markup}">${markup}</p>`);
  });

  it('keeps markup, joins lists and leaves out null', () => {
    expect(html`<b>${[html`<i>x</i>`, null, 1, ['&']]}</b>`.markup).toBe('<b><i>x</i>1&amp;</b>');
  });

  it('does not take an object that looks like markup for markup', () => {
    const forged = { markup: '<script>' } as unknown as string;
    expect(() => html`${forged}`.markup).toThrow();
  });

  it('captions tables and heads their rows', () => {
    const { markup } = table('Sizes', [{ title: 'table' }, { title: 'rows', numeric: true }], [['a<b', 5]]);
    expect(markup).toContain('<caption>Sizes</caption>');
    expect(markup).toContain('<th scope="row">a&lt;b</th><td class="number">5</td>');
  });

  it('cuts labels by characters', () => {
    expect([shorten('a\n b', 5), shorten('abcdef', 4), shorten('👩👩👩', 2)]).toEqual(['a b', 'abc…', '👩…']);
  });
});
