import { type Content, Html, html, nothing } from './html.ts';
import { style } from './style.ts';

export interface Page {
  readonly title: string;
  /** One short line above the title. */
  readonly kicker: string;
  /** Below the title. */
  readonly lead: Content;
  readonly sections: readonly Section[];
  readonly footer: string;
}

/** One part of a page; `id` is where links lead. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Content;
  /** A callout is marked at its side. */
  readonly callout?: 'stopping' | 'waiting' | 'clear';
}

/** A whole document in one text: nothing in it is loaded from anywhere, and no script in it may run. */
export function renderPage({ title, kicker, lead, sections, footer }: Page): string {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<div class="page">
<a class="skip" href="#report">To the report</a>
<header class="top">
<p class="kicker">${kicker}</p>
<h1>${title}</h1>
${lead}
<nav aria-label="Parts of this report">${sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a>`)}</nav>
</header>
<main id="report">${sections.map(renderSection)}
</main>
<footer><p>${footer}</p></footer>
</div>
</body>
</html>
`;
  return markup;
}

function renderSection({ id, title, body, callout }: Section): Html {
  const kind = callout === undefined ? nothing : html` class="callout ${callout}"`;
  return html`
<section id="${id}" aria-labelledby="${id}-title"${kind}>
<h2 id="${id}-title">${title}</h2>
${body}
</section>`;
}
