/** Runs in the page: what a browser makes of it, as `Look` describes it. */
export function inspect() {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const parse = (text) => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return { r, g, b, solid: a === 1 && /\d/.test(text) };
  };
  const luminance = ({ r, g, b }) => {
    const part = (value) => (value <= 10.3 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const colourUnder = (x, y) => {
    for (const element of document.elementsFromPoint(x, y)) {
      const style = getComputedStyle(element);
      if (element.tagName === 'text') continue;
      const colour = parse(element.tagName === 'rect' ? style.fill : style.backgroundColor);
      if (colour.solid) return colour;
    }
    return parse(getComputedStyle(document.body).backgroundColor);
  };
  const contrastOf = (node, element) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const [first] = range.getClientRects();
    if (first === undefined || first.width < 2) return null;
    window.scrollBy(0, first.top - 200);
    const [box] = range.getClientRects();
    const style = getComputedStyle(element);
    const ink = luminance(parse(element.namespaceURI.endsWith('svg') ? style.fill : style.color));
    const ground = luminance(colourUnder(box.left + Math.min(3, box.width / 2), box.top + box.height / 2));
    return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
  };
  const faint = [];
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (node.textContent.trim() === '' || element.tagName === 'title') continue;
    const contrast = contrastOf(node, element);
    if (contrast === null) continue;
    texts += 1;
    if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${element.className} ${node.textContent.trim()}`);
  }
  return {
    overflows: document.documentElement.scrollWidth > window.innerWidth,
    headings: all('h1, h2, h3, h4').map((each) => `${each.tagName.slice(1)} ${each.textContent.trim()}`),
    tablesWithoutCaption: all('table').filter((each) => !each.querySelector('caption')?.textContent).length,
    picturesWithoutTitle: all('svg').filter((each) => !each.querySelector('title')?.textContent).length,
    foreign: all(
      'script, img, iframe, object, embed, link, base, form, [onerror], [onclick], a:not([href^="#"])',
    ).length,
    pwned: window.pwned ?? null,
    texts,
    faint,
  };
}
